/**
 * Choosing several items in table, board and timeline: Ctrl or Cmd and a click, Shift and a click for a range, `x` on the row in
 * focus, the table's checkboxes; Escape lets all go. The bar below says how many and sends one edit of all.
 */
import { tinykeys } from "tinykeys";
import { onKeys } from "shell/keys";
import { gettext, ngettext } from "words";
import { editable, picture } from "./picture.js";

const chosen = new Set();
let anchor = null;

const form = () => document.getElementById("several");
const rows = () => [...picture().querySelectorAll("[data-row]")];
const rowOf = (target) => target.closest?.("#roadmap [data-row]");
// In the cells of the table Shift and a click chooses a block of them; on its link, key and checkbox it chooses rows.
const inCells = (event) => event.shiftKey && event.target.closest?.("table.sheet :is(td, th):not(.pick, .key)") && !event.target.closest("a");

/** Show what is chosen: on the rows, in their checkboxes, in the bar and in what it sends. */
function show() {
  const bar = form();
  if (!bar) return;
  const there = new Set();
  for (const row of rows()) {
    const on = chosen.has(row.dataset.row);
    if (on) there.add(row.dataset.row);
    row.classList.toggle("picked", on);
    const box = row.querySelector("input[name=items]");
    if (box) box.checked = on;
  }
  for (const number of chosen) if (!there.has(number)) chosen.delete(number);
  bar.classList.toggle("on", chosen.size > 0);
  const count = ngettext("%(count)s selected", "%(count)s selected", chosen.size);
  const output = bar.querySelector("output");
  if (output.textContent !== count) output.textContent = count;
  const fields = [...chosen].map((value) => Object.assign(document.createElement("input"), { type: "hidden", name: "items", value }));
  bar.querySelector("[data-picked]").replaceChildren(...fields);
}

function toggle(number, on = !chosen.has(number)) {
  if (on) chosen.add(number);
  else chosen.delete(number);
  anchor = number;
  show();
}

/** Choose all rows between the last one that was chosen and this one, as they stand on the page. */
function reach(number) {
  const numbers = rows().map((row) => row.dataset.row);
  const from = numbers.indexOf(anchor);
  const to = numbers.indexOf(number);
  if (from < 0) {
    toggle(number, true);
    return;
  }
  for (const each of numbers.slice(Math.min(from, to), Math.max(from, to) + 1)) chosen.add(each);
  show();
}

function clear() {
  chosen.clear();
  anchor = null;
  show();
}

function clicked(event) {
  const row = rowOf(event.target);
  if (!row || !editable() || inCells(event)) return;
  const box = event.target.closest("input[name=items]");
  const held = event.ctrlKey || event.metaKey || event.shiftKey;
  if (!held || (box && !event.shiftKey)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  // A checkbox takes its old state back after a click that was prevented; so choose after that.
  setTimeout(() => (event.shiftKey ? reach(row.dataset.row) : toggle(row.dataset.row)));
}

function ticked(event) {
  const box = event.target;
  if (box.matches?.("#roadmap input[name=items]")) toggle(box.value, box.checked);
}

function pick(_, event) {
  const row = rowOf(event.target);
  if (!row || !editable()) return false;
  toggle(row.dataset.row);
  return true;
}

onKeys({ x: gettext("Select the row in focus; Shift and a click selects up to it") }, pick, editable);
tinykeys(window, { Escape: (event) => !event.defaultPrevented && chosen.size && !document.querySelector("dialog[open]") && clear() });
document.addEventListener("click", clicked, true);
document.addEventListener("change", ticked);
document.addEventListener("mousedown", (event) => event.shiftKey && rowOf(event.target) && editable() && event.preventDefault());
document.addEventListener("click", (event) => event.target.closest?.("[data-unpick]") && clear());
document.addEventListener("several:done", () => {
  form()?.reset();
  clear();
});
document.addEventListener("htmx:after:swap", show);
show();
