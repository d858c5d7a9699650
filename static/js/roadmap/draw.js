/**
 * A bar from nothing: drawn with the pointer on an empty place of a row, or dragged out of the parking lot. By keys, `c` and
 * the dates of the form do the first, an item's Edit the second.
 */
import htmx from "htmx.org";
import { editable, refresh, say, send } from "./picture.js";

const DAY = 86_400_000;
const SPAN = 29; // days that a bar out of the parking lot lasts at first, beyond its first
const iso = (date) => date.toISOString().slice(0, 10);
const words = (date) => date.toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const later = (date, days) => new Date(date.getTime() + days * DAY);

/** The day at a place of the screen, or null beside the picture. */
function dayAt(x) {
  const grid = document.querySelector(".tl-grid");
  const { left, width } = grid.querySelector(".cal-rows").getBoundingClientRect();
  if (x < left || x > left + width) return null;
  return later(new Date(`${grid.dataset.first}T00:00:00Z`), Math.floor(((x - left) / width) * Number(grid.dataset.days)));
}

const laneAt = (x, y) => document.elementsFromPoint(x, y).find((each) => each.matches(".lane"));
const meaning = (lane) => (lane?.dataset.sets ? { [lane.dataset.sets]: lane.dataset.value } : {});

let held = null;

function begin(event) {
  if (!editable() || event.button !== 0 || event.pointerType === "touch") return;
  const parked = event.target.closest?.("[data-parked]");
  const row = event.target.closest?.(".lane .row");
  if (!parked && (!row || event.target.closest("a, button, .t"))) return;
  event.preventDefault();
  held = { parked, from: dayAt(event.clientX), x: event.clientX, y: event.clientY, lane: row?.closest(".lane"), note: null };
}

function follow(event) {
  if (!held) return;
  if (!held.note) {
    if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < 5) return;
    held.note = document.createElement("div");
    held.note.className = "drawing";
    document.body.append(held.note);
  }
  const span = dates(event);
  held.note.textContent = span ? `${words(span[0])} → ${words(span[1])}` : "";
  held.note.style.translate = `${event.clientX + 12}px ${event.clientY + 14}px`;
}

/** The first and last day of what is being drawn. */
function dates(event) {
  const day = dayAt(event.clientX);
  if (!day) return null;
  if (held.parked) return laneAt(event.clientX, event.clientY) ? [day, later(day, SPAN)] : null;
  return held.from && (day < held.from ? [day, held.from] : [held.from, day]);
}

function letGo() {
  held?.note?.remove();
  held = null;
}

async function end(event) {
  if (!held?.note) {
    held = null;
    return;
  }
  const span = dates(event);
  const { parked, lane } = held;
  const target = parked ? laneAt(event.clientX, event.clientY) : lane;
  letGo();
  if (parked) {
    const swallow = (click) => click.preventDefault() ?? click.stopImmediatePropagation();
    window.addEventListener("click", swallow, true);
    setTimeout(() => window.removeEventListener("click", swallow, true), 50);
  }
  if (!span) return;
  const values = { start: iso(span[0]), end: iso(span[1]), granularity: "day", ...meaning(target) };
  if (!parked) {
    const form = document.querySelector("[data-key='c']").getAttribute("href");
    await htmx.ajax("GET", `${form}?${new URLSearchParams(values)}`, { target: "#dialog", swap: "innerHTML" });
    return;
  }
  const taken = await send(parked.dataset.parked, "move", { ...values, version: parked.dataset.version });
  if (taken) say(`${parked.dataset.title}: ${words(span[0])} to ${words(span[1])}`, taken);
  await refresh();
}

document.addEventListener("pointerdown", begin);
document.addEventListener("pointermove", follow);
document.addEventListener("pointerup", end);
document.addEventListener("pointercancel", letGo);
document.addEventListener("keydown", (event) => event.key === "Escape" && letGo());
