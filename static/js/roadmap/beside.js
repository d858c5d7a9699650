/**
 * An item beside the roadmap, with its own address: from a row, from a link inside the panel, from the palette, or as the next
 * one of the view by its arrows and by `j` and `k`. Whoever came by keys goes on in the panel; closing it leads back to the row.
 */
import htmx from "htmx.org";
import { onKeys } from "shell/keys";
import { returnTo } from "shell/panel";
import { gettext } from "words";
import { allLines, partly } from "./lines.js";
import { announce, itemAddress, picture } from "./picture.js";
import { reveal } from "./scroll.js";

const SHEET = matchMedia("(max-width: 900px)"); // where the panel covers the page
const panel = () => document.getElementById("panel");
const open = () => panel().querySelector("#item-panel")?.dataset.item ?? "";
const numberOf = (element) => element.dataset.row ?? element.dataset.dot ?? element.dataset.parked;
const shown = () => [...picture().querySelectorAll("[data-row], [data-dot], [data-parked]")];
const rowOf = (number) => shown().find((each) => numberOf(each) === number);

/** The number of the item of this roadmap to which an address leads, if it is one. */
function itemAt(address) {
  const url = new URL(address, location);
  const number = url.pathname.match(/\/items\/(\d+)\/$/)?.[1];
  return number && !url.hash && url.origin === location.origin && url.pathname === itemAddress(number) ? number : "";
}

/** What takes the focus in a row: in a grid its cell, else its link. */
function wayInto(row) {
  if (!row || row.matches("a")) return row;
  const link = row.querySelector(".bar[data-item]") ?? row.querySelector("a[data-t], a.lead, a[href*='item=']");
  return link?.closest("[role$=grid] :is(td, th)") ?? link;
}

function mark(number) {
  for (const each of picture().querySelectorAll(".sel")) each.classList.remove("sel");
  const row = rowOf(number);
  for (const each of row ? [row, row.querySelector(".bar[data-item]")] : []) each?.classList.add("sel");
  row?.scrollIntoView({ block: "nearest" });
}

let wanted = null; // the item that is to be open: its number, its entry of the history, whether the focus goes along
let running = null;

/** Open an item; `entry` is how its address comes into the history, `enter` says that the focus goes along. */
export function openBeside(number, { entry = "push", address, enter = false } = {}) {
  const here = new URL(address ?? location);
  here.searchParams.set("item", number);
  const { step } = document.activeElement.dataset ?? {};
  wanted = { number, kept: { [entry]: here.href }, step, enter: enter || SHEET.matches || panel().contains(document.activeElement) };
  running ??= draw().finally(() => (running = null));
}

/** Of two requests at once htmx would drop one, so the last that is wanted follows the one under way. */
async function draw() {
  let drawn;
  do {
    drawn = wanted;
    await htmx.ajax("GET", itemAddress(drawn.number), { source: panel(), target: "#panel", swap: "innerHTML", ...drawn.kept });
  } while (drawn !== wanted);
  wanted = null;
  if (open() === drawn.number) enter(drawn);
}

/** Show which row is open, and tell whoever came: by the focus, or in words where it stays outside. */
function enter({ number, step, enter }) {
  panel().scrollTop = 0;
  mark(number);
  returnTo(wayInto(rowOf(number)));
  const title = document.getElementById("item-title");
  if (enter) (panel().querySelector(`[data-step="${step}"]`) ?? title).focus();
  else announce(gettext("%(title)s is open beside the roadmap", { title: title.textContent }));
}

let steps = Promise.resolve(); // one after the other: a long table may have to be drawn on between them

/** Go on by so many items of the view: in the panel where one is open, else from row to row. */
function step(by) {
  steps = steps.then(() => stepNow(by));
}

async function stepNow(by) {
  const row = document.activeElement?.closest("[data-row], [data-dot], [data-parked]");
  const current = wanted?.number ?? open();
  const from = current || (row && picture().contains(row) ? numberOf(row) : "");
  const after = (numbers) => {
    const here = numbers.indexOf(from);
    return numbers[here < 0 && by < 0 ? numbers.length - 1 : here + by];
  };
  const numbers = [...new Set(shown().map(numberOf))];
  let next = after(numbers);
  if (partly() && !("past" in picture().dataset) && (!next || (from && !numbers.includes(from)))) {
    const lines = (await allLines()).map((number) => number && String(number));
    next = after(lines.filter(Boolean));
    if (next && !rowOf(next)) await reveal(lines.indexOf(next));
  }
  if (!next) announce(by > 0 ? gettext("That was the last item of this view.") : gettext("That was the first item of this view."));
  else if (current) openBeside(next, { entry: "replace" });
  else wayInto(rowOf(next))?.focus();
}

function clicked(event) {
  const held = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  const arrow = event.target.closest?.("#panel [data-step]");
  if (arrow) step(Number(arrow.dataset.step));
  const link = event.target.closest?.("#panel a[href]:not([hx-get])");
  const number = link && itemAt(link.href);
  if (!number || held || event.defaultPrevented || "past" in picture().dataset) return;
  event.preventDefault();
  openBeside(number);
}

function chosen(event) {
  const number = "past" in picture().dataset ? "" : itemAt(event.detail);
  if (!number) return;
  event.preventDefault();
  openBeside(number, { enter: true });
}

document.addEventListener("click", clicked);
document.addEventListener("palette:go", chosen);
const there = () => shown().length > 0;
onKeys({ j: gettext("The next item of the view"), k: gettext("The item before") }, (key) => (step(key === "j" ? 1 : -1), true), there);
const inPanel = (key, event) => panel().contains(event.target) && (step(key === "ArrowRight" ? 1 : -1), true);
onKeys({ ArrowRight: gettext("In the panel: the next item"), ArrowLeft: gettext("In the panel: the item before") }, inPanel, () => Boolean(open()));
