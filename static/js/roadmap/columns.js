/**
 * The columns of the table: a heading is dragged to its place, or moved with Alt and the arrows; its edge is dragged to make it as
 * wide as one likes, or Alt+Shift with the arrows does, and a double click makes it as usual. All of it is the address.
 */
import { describe } from "shell/keys";
import { toast } from "shell/toasts";
import { gettext } from "words";
import { go, gridOn, sheet } from "./grid.js";
import { visit } from "./picture.js";
import { sortable } from "./sorting.js";

const NEAR = 12; // px on both sides of an edge by which it is caught: 24 together
const STEP = 16; // px of one press of a key
const [NARROWEST, WIDEST] = [48, 640]; // as the server has them
const FIXED = ["key", "title"]; // they stand first and always

const heads = () => [...sheet().tHead.rows[0].querySelectorAll("th[data-column]")];
const headOf = (target) => target.closest?.("#roadmap table.sheet thead th[data-column]");
const headNamed = (name) => heads().find((head) => head.dataset.column === name);
const wordsOf = (head) => head.querySelector("a:not(.also), span").textContent.trim();
const drawnCol = (name) => sheet().querySelector(`col[data-column="${name}"]`);
const clamped = (width) => Math.round(Math.max(NARROWEST, Math.min(width, WIDEST)));
const say = (text) => toast({ text, key: "cell" });

/** The columns of the address, in its order: `[name, width]`, the width "" where it is the usual one. */
const layout = () => sheet().dataset.layout.split(",").map((each) => [each.split(":")[0], each.split(":")[1] ?? ""]);

/** Go to the address of such columns, and keep the focus on the heading that was moved or made wider. */
async function show(columns, name) {
  const focused = headOf(document.activeElement);
  const text = columns.map(([each, width]) => (width ? `${each}:${width}` : each)).join(",");
  const url = new URL(location);
  url.searchParams.delete("hide");
  if (text === sheet().dataset.usual) url.searchParams.delete("columns");
  else url.searchParams.set("columns", text);
  await visit(url.pathname + url.search);
  if (focused) focus(headNamed(name));
}

function focus(head) {
  if (gridOn()) go(head.parentElement, head.cellIndex);
  else head?.querySelector("a")?.focus();
}

// --- order ---

/** Put a column before another, or last for none. */
function put(name, before) {
  const columns = layout();
  const one = columns.find(([each]) => each === name);
  const others = columns.filter((each) => each !== one);
  const place = before ? others.findIndex(([each]) => each === before) : others.length;
  others.splice(place, 0, one);
  const seen = others.map(([each]) => each).filter((each) => headNamed(each) && !FIXED.includes(each));
  const column = wordsOf(headNamed(name));
  say(gettext("%(column)s is column %(place)s of %(count)s now.", { column, place: seen.indexOf(name) + 1, count: seen.length }));
  return show(others, name);
}

function step(head, by) {
  const name = head.dataset.column;
  if (FIXED.includes(name)) return say(gettext("%(column)s always stands first.", { column: wordsOf(head) }));
  const shown = heads().map((each) => each.dataset.column).filter((each) => !FIXED.includes(each));
  const to = shown.indexOf(name) + by;
  if (to < 0 || to >= shown.length) return say(gettext("%(column)s stands at the end already.", { column: wordsOf(head) }));
  return put(name, by < 0 ? shown[to] : shown[to + 1]);
}

function prepare() {
  const row = sheet()?.tHead.rows[0];
  if (!row || row.dataset.sortable) return;
  row.dataset.sortable = "1";
  const moved = ({ item }, letGo) => {
    letGo();
    put(item.dataset.column, item.nextElementSibling?.dataset.column);
  };
  sortable(row, moved, {
    draggable: "th[data-column]:not(.c-key, .c-title)",
    direction: "horizontal",
    fallbackTolerance: 6,
    onMove: ({ related }) => !related.matches(".c-key, .c-title, .pick"),
  });
}

// --- width ---

/** Make a column as wide as that; 0 for as usual. */
function widen(head, wanted) {
  const name = head.dataset.column;
  const usual = Number(head.dataset.width);
  const width = wanted ? clamped(wanted) : usual;
  const columns = layout();
  const kept = width === usual ? "" : String(width);
  const known = columns.find(([each]) => each === name);
  if (known) known[1] = kept;
  else if (kept) columns.splice(name === "title" && columns[0][0] === "key" ? 1 : 0, 0, [name, kept]);
  const words = { column: wordsOf(head), width };
  say(kept ? gettext("%(column)s is %(width)s pixels wide now.", words) : gettext("%(column)s is as wide as usual now.", words));
  return show(columns.filter(([each, size]) => !FIXED.includes(each) || size), name);
}

const widthOf = (head) => Number(drawnCol(head.dataset.column).getAttribute("width"));

/** The heading whose edge lies under the pointer: its own at the right, or at the left that of the one before. */
function edgeAt(event) {
  const head = headOf(event.target);
  if (!head) return null;
  const box = head.getBoundingClientRect();
  if (event.clientX <= box.right && box.right - event.clientX <= NEAR) return head;
  const before = head.previousElementSibling;
  const inwards = event.clientX - box.left;
  return inwards >= 0 && inwards < NEAR && before?.dataset.column ? before : null;
}

let held = null; // the edge that is dragged: {head, x, width, wide}

function hold(event) {
  const head = event.button === 0 && edgeAt(event);
  if (!head) return;
  event.stopPropagation(); // neither a cell is chosen nor a column moved
  held = { head, x: event.clientX, width: head.offsetWidth, wide: 0 };
}

function pull(event) {
  if (!held) return;
  const by = event.clientX - held.x;
  if (!held.wide && Math.abs(by) < 3) return;
  if (!held.wide) {
    // Every column keeps the width that it has on the screen, so that only the one that is dragged changes.
    for (const each of heads()) drawnCol(each.dataset.column).setAttribute("width", each.offsetWidth);
    sheet().classList.add("sized", "sizing");
  }
  held.wide = clamped(held.width + by);
  drawnCol(held.head.dataset.column).setAttribute("width", held.wide);
}

function drop(event) {
  if (!held) return;
  const { head, wide } = held;
  held = null;
  sheet()?.classList.remove("sizing");
  if (!wide) return;
  if (event.type === "pointerup") widen(head, wide);
  else visit(location.pathname + location.search);
}

function twice(event) {
  const head = edgeAt(event);
  if (!head) return;
  event.preventDefault();
  widen(head, 0);
}

/** A press on an edge is no press on the heading beside it. */
function swallow(event) {
  if (!edgeAt(event)) return;
  event.preventDefault();
  event.stopPropagation();
}

// --- keys and the menu ---

const ARROWS = { ArrowLeft: -1, ArrowRight: 1 };

function keys(event) {
  if (held && event.key === "Escape") drop(event);
  const head = event.altKey && ARROWS[event.key] && headOf(event.target);
  if (!head || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.shiftKey) widen(head, widthOf(head) + ARROWS[event.key] * STEP);
  else step(head, ARROWS[event.key]);
}

/** What the menu of columns does, without closing it and with the focus where it was. */
async function chosen(event) {
  const link = event.target.closest?.("#columns-menu a[data-stay]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  const url = new URL(link.href);
  const item = new URL(location).searchParams.get("item");
  if (item) url.searchParams.set("item", item);
  const place = [...document.querySelectorAll("#columns-menu a")].indexOf(link);
  const same = link.dataset.move ? `#columns-menu [data-move="${link.dataset.move}"]` : null;
  await visit(url.pathname + url.search);
  const links = document.querySelectorAll("#columns-menu a");
  (document.querySelector(same ?? "none") ?? links[Math.min(place, links.length - 1)]).focus();
  if (same) say(gettext("The columns are now: %(names)s.", { names: heads().map(wordsOf).join(", ") }));
}

document.addEventListener("pointerdown", hold, true);
document.addEventListener("pointermove", pull);
document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", drop);
document.addEventListener("mousedown", swallow, true);
document.addEventListener("click", swallow, true);
document.addEventListener("dblclick", twice);
document.addEventListener("click", chosen);
document.addEventListener("keydown", keys, true);
document.addEventListener("htmx:after:swap", prepare);
const here = () => Boolean(sheet());
describe("Alt+ArrowRight", gettext("Move the column whose heading is in focus on; ← back"), here);
describe("Alt+Shift+ArrowRight", gettext("Make the column whose heading is in focus wider; ← narrower"), here);
prepare();
