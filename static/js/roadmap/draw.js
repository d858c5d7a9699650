/**
 * A bar from nothing: drawn with the pointer on an empty place of a row, or dragged out of the parking lot; by touch after a
 * moment's rest. By keys, `c` and the dates of the form do the first, an item's Edit the second.
 */
import htmx from "htmx.org";
import { gettext } from "words";
import { scrollAt } from "./edges.js";
import { swallowClick, swallowNextClick, whenHeld } from "./hold.js";
import { laneAt, meaning } from "./lanes.js";
import { note } from "./note.js";
import { editable, refresh, say, send } from "./picture.js";
import { dayAt, iso, later, span as inWords, words } from "./when.js";

const SPAN = 29; // days that a bar out of the parking lot lasts at first, beyond its first

let held = null;

function begin(event) {
  if (!editable() || event.button !== 0 || event.shiftKey) return; // with Shift a frame chooses rows
  const parked = event.target.closest?.("[data-parked]");
  const row = event.target.closest?.(".lane .row");
  if (!parked && (!row || event.target.closest("a, button, .t"))) return;
  if (event.pointerType !== "touch") event.preventDefault();
  const { clientX: x, clientY: y } = event;
  const lane = row?.closest(".lane");
  whenHeld(event, (touch) => {
    held = { parked, from: dayAt(x), x, y, lane, touch, drawing: touch };
    if (touch) show({ x, y });
  });
}

function follow(event) {
  if (!held) return;
  const at = { x: event.clientX, y: event.clientY };
  if (!held.drawing && Math.hypot(at.x - held.x, at.y - held.y) < 5) return;
  held.drawing = true;
  scrollAt(at, () => held && show(at));
  show(at);
}

function show(at) {
  const span = dates(at);
  note(span ? `${words(span[0])} → ${words(span[1])}` : gettext("Drop it in a lane"), at.x, at.y, held.touch);
}

/** The first and last day of what is being drawn. */
function dates({ x, y }) {
  const day = dayAt(x);
  if (!day) return null;
  if (held.parked) return laneAt(x, y) ? [day, later(day, SPAN)] : null;
  return held.from && (day < held.from ? [day, held.from] : [held.from, day]);
}

function letGo() {
  note(null);
  scrollAt(null);
  held = null;
}

async function end(event) {
  if (!held?.drawing) {
    held = null;
    return;
  }
  const at = { x: event.clientX, y: event.clientY };
  const still = held.touch && Math.hypot(at.x - held.x, at.y - held.y) < 5;
  const span = still ? null : dates(at);
  const { parked, lane } = held;
  const target = parked ? laneAt(at.x, at.y) : lane;
  letGo();
  if (parked) swallowClick();
  if (!span) return;
  const values = { start: iso(span[0]), end: iso(span[1]), granularity: "day", ...meaning(target) };
  if (!parked) {
    const form = document.querySelector("[data-key='c']").getAttribute("href");
    await htmx.ajax("GET", `${form}?${new URLSearchParams(values)}`, { source: "#dialog", target: "#dialog", swap: "innerHTML" });
    return;
  }
  const taken = await send(parked.dataset.parked, "move", { ...values, version: parked.dataset.version });
  if (taken) say(`${parked.dataset.title}: ${inWords(...span)}`, taken);
  await refresh(taken.seq);
}

document.addEventListener("pointerdown", begin);
document.addEventListener("pointermove", follow);
document.addEventListener("pointerup", end);
document.addEventListener("pointercancel", letGo);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !held) return;
  swallowNextClick();
  letGo();
});
