/**
 * The command palette: Ctrl or Cmd with K, or the search among the rooms. It goes to rooms, presses what can be pressed on the page
 * as it stands, and finds what people wrote. The arrows choose, Enter does it, Escape leaves everything as it was.
 */
import htmx from "htmx.org";
import { tinykeys } from "tinykeys";
import { HEARD, deeds } from "shell/keys";
import { gettext, ngettext } from "words";

const ROOMS = "#rooms :is(a.nav, .pop a, .pop button)";
const DEEDS = "#main :is(.actions, .seg, .tools) :is(a, button), #main .btn, #panel .btn, #panel .actions :is(a, button)";
const MENUS = "#main .tools .pop :is(a, button)"; // offered once something is typed
const WAIT = 150; // ms without a key before the server is asked

const host = () => document.getElementById("palette");
const part = (name) => host().querySelector(`[data-${name}]`);
const field = () => part("ask");
const options = () => [...host().querySelectorAll("[role=option]:not([hidden])")];
const words = (element) => (element.getAttribute("aria-label") || element.querySelector(":scope > span")?.textContent || element.textContent).replace(/\s+/g, " ").trim();
const pressed = new Map(); // option: what it stands for, an element or what a key does
let waiting;
let last = Promise.resolve(); // searches, one after the other: htmx lets a second one of an element wait, or drops it, and says nothing
let fresh = true; // whether what is found is of the words that stand there now
let entered = false; // before it was
let opener = null;

function option(does, name, where) {
  const made = Object.assign(document.createElement("li"), { id: `here-${pressed.size}` });
  made.setAttribute("role", "option");
  made.append(Object.assign(document.createElement("span"), { textContent: name }), Object.assign(document.createElement("small"), { textContent: where }));
  pressed.set(made, does);
  return made;
}

/** Where a choice stands in a menu: what the menu is called, and the heading above it. */
function place(element) {
  let above = element.closest(".pop > *");
  while (above && !above.matches(".note")) above = above.previousElementSibling;
  const said = [element.closest("details").querySelector("summary"), above].filter(Boolean);
  return said.map((each) => each.textContent.replace(/[\s+]+/g, " ").trim()).join(" · ");
}

/** Everything on the page that does something, each name once in its place; what keys do; what stands in menus. */
function gather() {
  pressed.clear();
  const known = new Set();
  const found = [];
  const add = (does, name, where, within = "") => {
    if (!name || known.has(`${within} ${name}`)) return;
    known.add(`${within} ${name}`);
    found.push(option(does, name, where));
    found.at(-1).toggleAttribute("data-later", Boolean(within));
  };
  const usable = (selector) => [...document.querySelectorAll(selector)].filter((each) => !each.disabled && !each.hasAttribute("data-palette"));
  for (const each of usable(DEEDS)) if (each.checkVisibility()) add(each, words(each), gettext("On this page"));
  for (const { does, words: name, caps } of deeds()) add(does, name, caps);
  for (const each of usable(ROOMS)) add(each, words(each), gettext("Go to"));
  for (const each of usable(MENUS)) add(each, words(each), place(each), place(each));
  part("here").replaceChildren(...found);
}

function open() {
  if (!host() || document.querySelector("dialog[open]")) return;
  opener = document.activeElement;
  gather();
  part("found").replaceChildren();
  field().value = "";
  fresh = true;
  entered = false;
  host().showModal();
  narrow();
}

const said = (one) => [...one.children].map((each) => each.textContent.toLowerCase()).join(" ");

/** Hide what does not have all the words that are typed, and choose the first that is left. */
function narrow() {
  const typed = field().value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const each of pressed.keys()) each.hidden = (each.hasAttribute("data-later") && !typed.length) || !typed.every((word) => said(each).includes(word));
  const all = part("all");
  all.hidden = !typed.length;
  all.querySelector("span").textContent = gettext("Search everything for “%(words)s”", { words: field().value.trim() });
  all.dataset.href = `${all.dataset.page}?q=${encodeURIComponent(field().value.trim())}`;
  choose(options()[0]);
}

function choose(one) {
  for (const each of host().querySelectorAll("[aria-selected=true]")) each.setAttribute("aria-selected", "false");
  one?.setAttribute("aria-selected", "true");
  one?.scrollIntoView({ block: "nearest" });
  if (one) field().setAttribute("aria-activedescendant", one.id);
  else field().removeAttribute("aria-activedescendant");
  const count = options().length;
  part("count").textContent = ngettext("%(count)s choice", "%(count)s choices", count);
}

async function find() {
  clearTimeout(waiting);
  const now = () => field().value.trim();
  const asked = now();
  const here = host().querySelector("[aria-selected=true]");
  if (!asked) part("found").replaceChildren();
  else {
    const address = `${part("all").dataset.page}?as=choices&q=${encodeURIComponent(asked)}`;
    const ask = () => asked === now() && htmx.ajax("GET", address, { source: "#palette-found", target: "#palette-found", swap: "innerHTML" });
    await (last = last.then(ask, ask));
  }
  if (asked !== now()) return;
  fresh = true;
  if (asked) choose(here?.hidden === false && pressed.has(here) ? here : options()[0]);
  if (entered) press(chosen());
}

const chosen = () => options().find((each) => each.ariaSelected === "true");

/** Press what is chosen, once it is of the words that stand there. */
function enter() {
  const one = chosen();
  if (fresh || pressed.has(one)) {
    if (one) press(one);
    return;
  }
  entered = true;
  find();
}

/** Go to an address, unless the page shows it in its place (`palette:go`). */
function go(address) {
  const event = new CustomEvent("palette:go", { detail: address, cancelable: true });
  if (document.dispatchEvent(event)) location.assign(address);
}

function press(one) {
  const element = pressed.get(one);
  opener = null;
  host().close();
  if (typeof element === "function") element();
  else if (!element) go(one.dataset.href);
  else if (element.matches("input, select")) element.focus();
  else element.click();
}

function moved(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const there = options();
  if (event.isComposing) return;
  if (event.key === "Enter" || event.key === "Escape" || step) event.preventDefault();
  if (step) choose(there[(there.indexOf(chosen()) + step + there.length) % there.length]);
  else if (event.key === "Enter") enter();
  else if (event.key === "Escape") host().close(); // a search field would only be emptied
}

tinykeys(window, {
  "$mod+k": (event) => {
    if (!host()) return;
    event.preventDefault();
    if (host().open) host().close();
    else open();
  },
}, HEARD);
document.addEventListener("click", (event) => {
  const way = event.target.closest("[data-palette]");
  if (way && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
    event.preventDefault();
    open();
  }
  if (event.target === host()) host().close();
  const one = event.target.closest("#palette [role=option]");
  if (one) press(one);
});
host()?.addEventListener("input", () => {
  fresh = entered = false;
  narrow();
  clearTimeout(waiting);
  waiting = setTimeout(find, WAIT);
});
host()?.addEventListener("keydown", moved);
host()?.addEventListener("close", () => opener?.isConnected && opener.focus());
