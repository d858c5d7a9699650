/** Items in items: an indented line goes into the one above it, an outdented one out of the one it is in; groups and parents fold. */
import { describe } from "shell/keys";
import { toast } from "shell/toasts";
import { gettext } from "words";
import { activeCell, gridOn, rowOfItem, sheet } from "./grid.js";
import { drawFrom, refresh, send } from "./picture.js";

const nested = () => gridOn() && sheet().hasAttribute("data-tree");

/** Draw the table of another address in its place, so that the lines and the focus stay. */
export async function visit(address, line = null) {
  if (!history.state?.htmx) history.replaceState({ htmx: true }, ""); // so that the way back draws this one
  history.pushState({ htmx: true }, "", address);
  await (line === null ? refresh() : drawFrom(line));
}

async function step(inwards) {
  const row = activeCell()?.parentElement;
  if (!row?.dataset.row || !nested()) {
    toast({ text: gettext("Choose a line of the table first, with items nested."), key: "cell" });
    return;
  }
  if (inwards && !row.dataset.above) {
    toast({ text: gettext("There is no item above it on its level to go into."), key: "cell" });
    return;
  }
  const title = row.querySelector("[data-t]").textContent;
  const other = inwards ? rowOfItem(row.dataset.above)?.querySelector("[data-t]").textContent : "";
  const taken = await send(row.dataset.row, "nest", { version: row.dataset.version, ...(inwards && { under: row.dataset.above }) });
  if (!taken) return;
  const inside = other ? gettext("%(title)s is now in %(other)s.", { title, other }) : gettext("%(title)s is now in the item above.", { title });
  toast({ ...taken, text: inwards ? inside : gettext("%(title)s went one level out.", { title }), key: "cell" });
  await refresh();
}

function keys(event) {
  if (!gridOn() || event.target !== activeCell() || event.target.closest("thead")) return;
  const arrow = { ArrowRight: true, ArrowLeft: false }[event.key];
  const bracket = { "]": true, "[": false }[event.key];
  const inwards = event.altKey && event.shiftKey ? arrow : event.ctrlKey || event.metaKey ? bracket : undefined;
  const fold = event.key === " " && (event.ctrlKey || event.metaKey);
  if (fold) event.target.parentElement.querySelector(".twist")?.click();
  else if (inwards === undefined || !nested()) return;
  else step(inwards);
  event.preventDefault();
  event.stopPropagation();
}

function clicked(event) {
  const button = event.target.closest?.("[data-nest]");
  if (button) step(button.dataset.nest === "in");
  const link = event.target.closest?.("#roadmap table.sheet :is(.twist, thead a)");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  visit(link.getAttribute("href"), link.matches(".twist") ? null : 0);
}

document.addEventListener("keydown", keys, true);
document.addEventListener("click", clicked);
describe("Alt+Shift+ArrowRight", gettext("Put the line into the one above it; ← out again, as Ctrl+] and Ctrl+[ do"), nested);
describe("$mod+Space", gettext("Fold or unfold a group, or what is in an item"), gridOn);
