/**
 * Choosing several items in table, board and timeline: Ctrl or Cmd and a click, Shift and a click for a range, `x` on the row in
 * focus, the table's checkboxes, a frame (`marquee.js`); Escape lets all go. The bar below says how many and sends one edit of
 * all. What a long table does not draw stays chosen while one scrolls.
 */
import { tinykeys } from "tinykeys";
import { HEARD, busy, onKeys } from "shell/keys";
import { gettext, ngettext } from "words";
import { editable, picture } from "./picture.js";

const chosen = new Set();
let anchor = null;
let view = ""; // the address at which was chosen

const form = () => document.getElementById("several");
const rows = () => [...picture().querySelectorAll("[data-row]")];
const rowOf = (target) => target.closest?.("#roadmap [data-row]");
// In the cells of the table Shift and a click chooses a block of them; on its link, key and checkbox it chooses rows.
const inCells = (event) => event.shiftKey && event.target.closest?.("table.sheet :is(td, th):not(.pick, .key)") && !event.target.closest("a");

/** The address without the item that is open. */
function address() {
  const { searchParams } = new URL(location);
  searchParams.delete("item");
  return String(searchParams);
}

/** Whether rows of this view may be there that are not drawn just now. */
function partly() {
  const table = picture().querySelector("table.sheet");
  const drawn = table?.tBodies[0].querySelectorAll(":scope > [data-line]").length;
  return Boolean(table) && drawn < Number(table.dataset.lines) && view === address();
}

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
  if (!partly()) for (const number of chosen) if (!there.has(number)) chosen.delete(number);
  view = address();
  const all = picture().querySelector("[data-pick-all]");
  if (all) {
    all.checked = there.size > 0 && there.size === rows().length;
    all.indeterminate = chosen.size > 0 && !all.checked;
  }
  bar.classList.toggle("on", chosen.size > 0);
  const count = ngettext("%(count)s selected", "%(count)s selected", chosen.size);
  const output = bar.querySelector("output");
  if (output.textContent !== count) output.textContent = count;
  const fields = [...chosen].map((value) => Object.assign(document.createElement("input"), { type: "hidden", name: "items", value }));
  bar.querySelector("[data-picked]").replaceChildren(...fields);
}

/** What is chosen, as numbers of items. */
export const chosenNow = () => [...chosen];

/** Choose these and no other. */
export function choose(numbers) {
  chosen.clear();
  for (const number of numbers) chosen.add(number);
  anchor = numbers.at(-1) ?? null;
  show();
}

/** Add rows to what is chosen, or take them out where all of them are in it. */
function turn(list) {
  const numbers = list.map((row) => row.dataset.row);
  const others = chosenNow().filter((number) => !numbers.includes(number));
  choose(numbers.every((number) => chosen.has(number)) ? others : [...others, ...numbers]);
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
  else if (box.matches?.("#roadmap [data-pick-all]")) turn(rows());
}

function pick(_, event) {
  const row = rowOf(event.target);
  if (!row || !editable()) return false;
  toggle(row.dataset.row);
  return true;
}

onKeys({ x: gettext("Select the row in focus; Shift and a click selects up to it, a frame drawn with the mouse what it touches") }, pick, editable);
tinykeys(window, { Escape: (event) => !event.defaultPrevented && chosen.size && !busy(event) && clear() }, HEARD);
document.addEventListener("click", clicked, true);
document.addEventListener("change", ticked);
document.addEventListener("mousedown", (event) => event.shiftKey && rowOf(event.target) && editable() && event.preventDefault());
document.addEventListener("click", (event) => event.target.closest?.("[data-unpick]") && clear());
document.addEventListener("grid:pick", (event) => turn(event.detail));
document.addEventListener("several:done", () => {
  form()?.reset();
  clear();
});
document.addEventListener("htmx:after:swap", show);
show();
