/**
 * Names after an @ in a `textarea[data-mention]`: a list of the people in `#mentionable` whose name has what is typed. Arrows
 * choose, Enter or Tab takes, Escape leaves; whoever just types on is understood as well.
 */
import { gettext } from "words";

const TYPED = /(?:^|[\s(])@([\p{L}\p{N}.'’ -]{0,30})$/u;
const MOST = 6;
let field = null;
let list = null;

const people = () => [...document.querySelectorAll("#mentionable option")].map((each) => each.value);
const options = () => [...(list?.children ?? [])];
const chosen = () => options().find((each) => each.ariaSelected === "true");

function close() {
  list?.remove();
  list = null;
  for (const name of ["role", "aria-haspopup", "aria-expanded", "aria-controls", "aria-activedescendant", "aria-autocomplete"]) field?.removeAttribute(name);
  field = null;
}

function choose(one) {
  for (const each of options()) each.ariaSelected = String(each === one);
  field.setAttribute("aria-activedescendant", one.id);
  one.scrollIntoView({ block: "nearest" });
}

function offer(textarea, names) {
  if (field !== textarea) close();
  field = textarea;
  if (!list) {
    list = Object.assign(document.createElement("ul"), { id: "mention-list", className: "mention-list" });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", gettext("People"));
    textarea.after(list);
  }
  list.replaceChildren(
    ...names.map((name, n) => {
      const made = Object.assign(document.createElement("li"), { id: `mention-${n}`, textContent: name });
      made.setAttribute("role", "option");
      return made;
    }),
  );
  for (const [name, value] of [["role", "combobox"], ["aria-haspopup", "listbox"], ["aria-expanded", "true"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) field.setAttribute(name, value);
  list.scrollIntoView({ block: "nearest" });
  choose(list.firstElementChild);
}

function look(textarea) {
  const before = textarea.value.slice(0, textarea.selectionStart);
  const typed = before.match(TYPED)?.[1];
  const word = typed?.toLowerCase();
  const begins = (name) => name.toLowerCase().startsWith(word);
  const names = typed === undefined ? [] : people().filter((name) => begins(name) || name.toLowerCase().split(/\s+/).some((part) => part.startsWith(word)));
  names.sort((one, other) => begins(other) - begins(one));
  if (names.length && !names.some((name) => name.toLowerCase() === word)) offer(textarea, names.slice(0, MOST));
  else close();
}

function take(one) {
  const textarea = field;
  const end = textarea.selectionStart;
  const start = textarea.value.slice(0, end).lastIndexOf("@");
  textarea.setRangeText(`@${one.textContent} `, start, end, "end");
  close();
  textarea.focus();
  textarea.dispatchEvent(new Event("input", { bubbles: true }));
}

function press(event) {
  if (!list || event.target !== field) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const there = options();
  if (step) choose(there[(there.indexOf(chosen()) + step + there.length) % there.length]);
  else if (event.key === "Enter" || event.key === "Tab") take(chosen());
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("input", (event) => event.target.matches?.("textarea[data-mention]") && look(event.target));
document.addEventListener("keydown", press, true);
document.addEventListener("mousedown", (event) => {
  const one = event.target.closest?.("#mention-list [role=option]");
  if (!one) return;
  event.preventDefault(); // the field keeps the focus
  take(one);
});
document.addEventListener("focusout", (event) => event.target === field && close());
