/**
 * Choosing several items in table, board and timeline: Ctrl or Cmd and a click, Shift and a click for a range, `x` on the row in
 * focus, the table's checkboxes, a frame (`marquee.js`); Escape lets all go. The bar below says how many and sends one edit of
 * all. What a long table does not draw stays chosen while one scrolls.
 */
import { tinykeys } from "tinykeys";
import { HEARD, busy, onKeys } from "shell/keys";
import { toast } from "shell/toasts";
import { gettext, ngettext } from "words";
import { allLines, partly } from "./lines.js";
import { editable, picture } from "./picture.js";

const chosen = new Set();
let anchor = null;
let view = ""; // the address at which was chosen
let every = []; // the rows of a long table when all or a range of them were chosen
const MOST = 500; // items that one edit takes

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

/** The numbers of all rows of this view, also of those that a long table does not draw. */
async function everything() {
  const lines = partly() ? (await allLines()).filter(Boolean).map(String) : [];
  return (every = lines.length ? lines : rows().map((row) => row.dataset.row));
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
  if (!partly() || view !== address()) for (const number of chosen) if (!there.has(number)) chosen.delete(number);
  view = address();
  const all = picture().querySelector("[data-pick-all]");
  if (all) {
    all.checked = there.size > 0 && there.size === rows().length && (!partly() || every.slice(0, MOST).every((number) => chosen.has(number)));
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

/** Choose these too, as far as one edit takes them, and say where it does not. */
function add(numbers) {
  const wanted = [...new Set([...chosen, ...numbers])];
  const { length: count } = wanted;
  if (count > MOST) toast({ text: gettext("%(most)s of %(count)s are selected: one edit takes no more. Filter, or go on after it.", { most: MOST, count }), tone: "bad" });
  choose(wanted.slice(0, MOST));
}

/** Add rows to what is chosen, or take them out where all of them, or all that one edit takes, are in it. */
function turn(numbers) {
  if (!numbers.slice(0, MOST).every((number) => chosen.has(number))) add(numbers);
  else choose(chosenNow().filter((number) => !numbers.includes(number)));
}

function toggle(number, on = !chosen.has(number)) {
  if (on) chosen.add(number);
  else chosen.delete(number);
  anchor = number;
  show();
}

/** Choose all rows between the last one that was chosen and this one, as they stand in the view. */
async function reach(number) {
  const start = anchor;
  const numbers = await everything();
  const [from, to] = [numbers.indexOf(start), numbers.indexOf(number)];
  if (from < 0 || to < 0) {
    toggle(number, true);
    return;
  }
  add(numbers.slice(Math.min(from, to), Math.max(from, to) + 1));
  anchor = start; // another click with Shift reaches from the same row
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
  const pickIt = () => (event.shiftKey ? reach(row.dataset.row) : toggle(row.dataset.row));
  if (box) setTimeout(pickIt); // it takes its old state back after a click that was prevented
  else pickIt();
}

function ticked(event) {
  const box = event.target;
  if (box.matches?.("#roadmap input[name=items]")) toggle(box.value, box.checked);
  else if (box.matches?.("#roadmap [data-pick-all]")) everything().then(turn);
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
document.addEventListener("grid:pick", (event) => turn(event.detail.map((row) => row.dataset.row)));
document.addEventListener("several:done", () => {
  form()?.reset();
  clear();
});
document.addEventListener("htmx:after:swap", show);
show();
