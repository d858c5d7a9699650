/** Items in items: an indented line goes into the one above it, an outdented one out of the one it is in; groups and parents fold. */
import { describe } from "shell/keys";
import { toast } from "shell/toasts";
import { gettext } from "words";
import { activeCell, gridOn, rowOfItem, sheet } from "./grid.js";
import { refresh, send } from "./picture.js";

const nested = () => gridOn() && sheet().hasAttribute("data-tree");

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
  await refresh(taken.seq);
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
}

document.addEventListener("keydown", keys, true);
document.addEventListener("click", clicked);
describe("Alt+Shift+ArrowRight", gettext("Put the line into the one above it; ← out again, as Ctrl+] and Ctrl+[ do"), nested);
describe("$mod+Space", gettext("Fold or unfold a group, or what is in an item"), gridOn);
