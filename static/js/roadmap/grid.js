/**
 * The table as a grid: one cell is in focus, arrows move it, Shift with them or a drag chooses a block. With script it says so to
 * screen readers too; without, and for readers, it is a plain table. What is written into cells is in `cell.js`.
 */
import { describe } from "shell/keys";
import { toast } from "shell/toasts";
import { gettext } from "words";
import { editable, picture } from "./picture.js";

export const sheet = () => picture()?.querySelector("table.sheet");
export const gridOn = () => Boolean(sheet() && editable());

const PAGE = 12; // lines that Page Up and Page Down move
const FAR = 10_000; // lines: to the very end
const heads = () => [...sheet().tHead.rows[0].cells];
const lines = () => [...sheet().rows].filter((row) => row.parentElement.tagName !== "TFOOT" && !row.matches(".space"));
const keyOf = (row) => row.id || "head";
const cellOf = (target) => (gridOn() ? target.closest?.("#roadmap table.sheet :is(td, th)") : null);

let at = null; // the cell in focus: {key of its row, index of its column}
let from = null; // the other corner of the block
let inside = false; // whether the grid has the focus, also while it is drawn anew

/** The columns as they stand: their names, how they are edited and what they are called. */
export const columns = () => heads().map((head) => ({ name: head.dataset.column ?? "pick", kind: head.dataset.kind ?? "", words: wordsOf(head) }));
const wordsOf = (head) => head.querySelector("a:not(.also), span")?.textContent.trim() ?? "";

/** The cell of a row in a column; headings of groups have wide ones. */
function cellIn(row, column) {
  let place = -1;
  return [...row.cells].find((cell) => (place += cell.colSpan) >= column) ?? row.cells[row.cells.length - 1];
}

function columnOf(cell) {
  let place = 0;
  for (const each of cell.parentElement.cells) {
    if (each === cell) return place;
    place += each.colSpan;
  }
  return 0;
}

export const rowOfItem = (number) => document.getElementById(`line-${number}`);
export const cellAt = (number, name) => {
  const row = rowOfItem(number);
  const column = columns().findIndex((each) => each.name === name);
  return row && column >= 0 ? cellIn(row, column) : null;
};

const placed = (place) => {
  const row = place && lines().find((each) => keyOf(each) === place.key);
  return row ? cellIn(row, place.column) : null;
};
export const activeCell = () => placed(at);

/** What a cell says, without initials and marks; and what one would type to get it. */
export const textOf = (cell) => (cell.dataset.value === "" ? "" : (cell.querySelector("[data-t]") ?? cell).textContent.trim());
export const valueOf = (cell) => cell.dataset.value ?? textOf(cell);

/** The block that is chosen, as rows of items and columns; one cell where nothing more is chosen. */
export function block() {
  const [one, other] = [placed(at), placed(from ?? at)];
  if (!one || !other) return null;
  const rows = lines();
  const [top, bottom] = [rows.indexOf(one.parentElement), rows.indexOf(other.parentElement)].sort((a, b) => a - b);
  const [left, right] = [at.column, (from ?? at).column].sort((a, b) => a - b);
  const all = columns();
  return {
    rows: rows.slice(top, bottom + 1).filter((row) => row.dataset.row),
    columns: all.slice(left, right + 1).filter((each) => each.name !== "pick"),
    cells: (row) => all.slice(left, right + 1).map((each, place) => [each, cellIn(row, left + place)]).filter(([each]) => each.name !== "pick"),
  };
}

function paint() {
  const table = sheet();
  for (const cell of table.querySelectorAll(".chosen, .at")) cell.classList.remove("chosen", "at");
  activeCell()?.classList.add("at");
  if (!from || (from.key === at.key && from.column === at.column)) return;
  const chosen = block();
  for (const row of chosen?.rows ?? []) for (const [, cell] of chosen.cells(row)) cell.classList.add("chosen");
}

/** Put the focus on a cell; `keep` keeps the other corner of the block where it is. */
export function go(row, column, { keep = false, focus = true } = {}) {
  if (!row) return;
  const before = activeCell();
  if (before) before.tabIndex = -1;
  at = { key: keyOf(row), column: Math.max(0, Math.min(column, heads().length - 1)) };
  if (!keep) from = { ...at };
  const cell = activeCell();
  cell.tabIndex = 0;
  if (focus) {
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  paint();
}

/** Move by so many lines and columns from the cell in focus. */
export function move(down, right, options = {}) {
  const rows = lines();
  const here = rows.findIndex((row) => keyOf(row) === at?.key);
  if (here < 0) return;
  const to = Math.max(0, Math.min(here + down, rows.length - 1));
  const { first, lines: all } = sheet().dataset;
  const undrawn = down < 0 ? Number(first) > 0 : Number(rows.at(-1).dataset.line) < Number(all) - 1;
  if (Math.abs(down) > FAR && undrawn) {
    document.dispatchEvent(new CustomEvent("grid:far", { detail: { end: down > 0, column: at.column + right, keep: options.keep } }));
    return;
  }
  go(rows[to], at.column + right, options);
}

export const lastRow = () => lines().at(-1);

/** Make what the server drew a grid: roles, one tab stop, and the place that was in focus. */
function prepare() {
  const table = sheet();
  if (!table || !editable()) return;
  const nested = table.hasAttribute("data-tree");
  table.setAttribute("role", nested ? "treegrid" : "grid");
  table.setAttribute("aria-multiselectable", "true");
  for (const row of nested ? table.querySelectorAll("tr[data-level]") : []) {
    row.setAttribute("aria-level", row.dataset.level);
    if (row.dataset.open) row.setAttribute("aria-expanded", row.dataset.open);
  }
  for (const row of table.querySelectorAll("tr[data-line]")) row.setAttribute("aria-rowindex", Number(row.dataset.line) + 2);
  for (const each of table.querySelectorAll("a, button, input, :is(thead, tbody) tr:not(.space) > *")) each.tabIndex = -1;
  if (at && !placed(at) && "line" in (table.tBodies[0].querySelector("[data-line]")?.dataset ?? {}) && Number(table.dataset.lines) > lines().length) {
    lines().find((row) => row.dataset.line)?.cells[0].setAttribute("tabindex", "0"); // scrolled away: the place is kept
    document.dispatchEvent(new CustomEvent("grid:ready"));
    return;
  }
  if (!placed(at)) {
    const first = lines().find((row) => row.dataset.row) ?? lines()[0];
    at = { key: keyOf(first), column: columns().findIndex((each) => each.name === "title") };
    from = { ...at };
  }
  const cell = activeCell();
  cell.tabIndex = 0;
  if (inside && (document.activeElement === document.body || !document.activeElement)) cell.focus({ preventScroll: true });
  paint();
  document.dispatchEvent(new CustomEvent("grid:ready"));
}

const say = (text) => toast({ text, key: "cell" });

/** What Enter or a second click on a cell does; returns whether anything. */
export function act(cell, seed) {
  const row = cell.parentElement;
  const column = columns()[columnOf(cell)];
  if (cell.matches(".pick")) return press(cell, "input");
  if (row.parentElement.tagName === "THEAD") return press(cell, "a:not(.also)");
  if (row.matches(".group-row")) return press(cell, ".twist");
  if (!column.kind) {
    if (seed === undefined) return press(row, "[data-t]");
    say(gettext("%(column)s is worked out and cannot be typed.", { column: column.words }));
    return true;
  }
  document.dispatchEvent(new CustomEvent("grid:edit", { detail: { cell, column, seed } }));
  return true;
}

function press(within, what) {
  within.querySelector(what)?.click();
  return true;
}

const MOVES = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], PageDown: [PAGE, 0], PageUp: [-PAGE, 0] };

function walk(event) {
  const held = event.ctrlKey || event.metaKey;
  const far = 10 * FAR;
  const options = { keep: event.shiftKey };
  if (event.key === "Home") move(held ? -far : 0, -far, options);
  else if (event.key === "End") move(held ? far : 0, far, options);
  else if (MOVES[event.key]) {
    const [down, right] = MOVES[event.key];
    move(held ? down * far : down, held ? right * far : right, options);
  } else return false;
  return true;
}

function letGo() {
  if (!from || (from.key === at.key && from.column === at.column)) return false;
  from = { ...at };
  paint();
  return true;
}

/** Choose the rows of the block for what is done to several. */
function pick() {
  const { rows } = block();
  if (rows.length) document.dispatchEvent(new CustomEvent("grid:pick", { detail: rows }));
  return true;
}

function typed(event, cell) {
  const held = event.ctrlKey || event.metaKey || event.altKey;
  if (event.key === "Enter" && event.shiftKey) return press(cell, "a.also");
  if (event.key === "Enter" || event.key === "F2") return act(cell);
  if (event.key === "Escape") return letGo();
  if (event.key === " " && !held) {
    if (event.shiftKey) return pick();
    return cell.parentElement.dataset.row && !cell.matches(".pick") ? press(cell.parentElement, ".title [data-t]") : act(cell);
  }
  if (event.key === "a" && held && !event.altKey) {
    from = { key: keyOf(lines().find((row) => row.dataset.row)), column: 0 };
    go(lines().at(-1), heads().length - 1, { keep: true });
    return true;
  }
  if (event.key === "Delete" || event.key === "Backspace") {
    document.dispatchEvent(new CustomEvent("grid:clear"));
    return true;
  }
  if (event.key.length === 1 && !held && cell.parentElement.dataset.row) return act(cell, event.key);
  return false;
}

function keys(event) {
  const cell = cellOf(event.target);
  if (!cell || cell !== event.target || event.defaultPrevented) return;
  if (event.altKey && event.key.startsWith("Arrow")) return;
  if (walk(event) || typed(event, cell)) {
    event.preventDefault();
    event.stopPropagation();
  }
}

let dragging = false;
let second = null; // the cell that was in focus already when it was pressed

function pressed(event) {
  const cell = cellOf(event.target);
  if (!cell || event.button !== 0 || event.target.closest("a, button, input, label")) return;
  if (cell.closest("tfoot, .space")) return;
  if (event.ctrlKey || event.metaKey) return;
  second = cell === activeCell() && cell === document.activeElement ? cell : null;
  if (event.pointerType !== "touch") event.preventDefault(); // no text is marked, and the focus is put by `go`
  go(cell.parentElement, columnOf(cell), { keep: event.shiftKey });
  dragging = event.pointerType !== "touch" && "row" in cell.parentElement.dataset && !cell.matches(".pick");
}

function dragged(event) {
  if (!dragging) return;
  const cell = cellOf(document.elementFromPoint(event.clientX, event.clientY) ?? document.body);
  if (!cell || cell === activeCell() || !cell.parentElement.dataset.row) return;
  second = null;
  go(cell.parentElement, columnOf(cell), { keep: true });
}

function clicked(event) {
  dragging = false;
  const cell = cellOf(event.target);
  if (cell && cell === second && !event.target.closest("a, button, input, label")) act(cell);
  second = null;
}

document.addEventListener("keydown", keys, true);
document.addEventListener("pointerdown", pressed);
document.addEventListener("pointermove", dragged);
document.addEventListener("pointerup", () => (dragging = false));
document.addEventListener("click", clicked);
document.addEventListener("focusin", (event) => {
  inside = Boolean(cellOf(event.target));
  const cell = inside && cellOf(event.target);
  if (cell && cell !== activeCell() && !cell.closest("tfoot, .space")) go(cell.parentElement, columnOf(cell), { focus: false });
});
document.addEventListener("htmx:after:swap", prepare);
prepare();

const WORDS = [
  ["Enter", gettext("Edit the cell in focus, or just type; Enter saves and goes down, Tab saves and goes right, Escape leaves it as it was")],
  ["Delete", gettext("Clear the cells that are chosen")],
  ["Shift+ArrowDown", gettext("Choose a block of cells; Ctrl+C copies it, Ctrl+V pastes one from a spreadsheet")],
  ["Space", gettext("Open the item of the row in focus; with Shift, select the rows of the block")],
];
for (const [key, words] of WORDS) describe(key, words, gridOn);
