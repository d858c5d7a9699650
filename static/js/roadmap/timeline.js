/**
 * Bars move and stretch: by pointer (mouse or touch), or by Alt with the arrow keys; Shift stretches the end, and Escape lets go.
 * A bar keeps its granularity: a quarter moves by quarters.
 */
import { describe } from "shell/keys";
import { editable, picture, refresh, say, send } from "./picture.js";

const DAY = 86_400_000;
const MONTHS = { month: 1, quarter: 3, half: 6, year: 12 };
const iso = (date) => date.toISOString().slice(0, 10);
const words = (date) => date.toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const parse = (text) => new Date(`${text}T00:00:00Z`);

function shifted(text, days, granularity) {
  const date = parse(text);
  const months = MONTHS[granularity];
  if (!months) return new Date(date.getTime() + days * DAY);
  const steps = Math.round(days / (30.44 * months));
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + steps * months, Math.min(date.getUTCDate(), 28)));
}

/** The dates of a bar after so many days, moved whole or stretched at one end; the server rounds to whole periods. */
function dates(bar, days, grip) {
  const { start, end, granularity } = bar.dataset;
  const first = grip === "end" ? parse(start) : shifted(start, days, granularity);
  const final = grip === "start" ? parse(end) : shifted(end, days, granularity);
  return final < first ? null : { start: iso(first), end: iso(final) };
}

async function save(bar, days, grip, lane = null) {
  const to = dates(bar, days, grip);
  const moved = to && (to.start !== bar.dataset.start || to.end !== bar.dataset.end);
  if (!moved && !lane) return false;
  const { item, granularity, version, title } = bar.dataset;
  const values = { version, ...(moved && { ...to, granularity }), ...meaning(lane) };
  const taken = await send(item, lane ? "move" : "edit", values);
  if (taken) say(`${title}: ${moved ? `${words(parse(to.start))} to ${words(parse(to.end))}` : ""}${moved && lane ? ", " : ""}${lane ? nameOf(lane) : ""}`, taken);
  await refresh();
  return taken;
}

let drag = null;

const nameOf = (lane) => lane.getAttribute("aria-label");
const meaning = (lane) => (lane ? { [lane.dataset.sets]: lane.dataset.value } : {});
const mark = (lane) => {
  for (const marked of document.querySelectorAll(".lane.drop")) marked.classList.remove("drop");
  lane?.classList.add("drop");
};

/** The lane at a height of the screen, where being in it means something and it is not the one called home. */
function over(y, home = null) {
  const lane = [...document.querySelectorAll(".lane")].find((each) => {
    const { top, bottom } = each.getBoundingClientRect();
    return y >= top && y < bottom;
  });
  const found = lane && lane !== home && lane.dataset.sets ? lane : null;
  mark(found);
  return found;
}

/** The lane above or below, for keys. */
function beside(lane, step) {
  const lanes = [...document.querySelectorAll(".lane")];
  const found = lanes[lanes.indexOf(lane) + step];
  return found?.dataset.sets ? found : null;
}

function begin(event) {
  const bar = event.target.closest?.(".bar[data-item]");
  if (!bar || !editable() || event.button !== 0) return;
  const grid = document.querySelector(".tl-grid");
  const track = bar.closest(".track-row");
  drag = {
    bar,
    grip: event.target.closest("[data-grip]")?.dataset.grip ?? "",
    from: event.clientX,
    fromY: event.clientY,
    perDay: track.getBoundingClientRect().width / Number(grid.dataset.days),
    place: bar.closest("foreignObject"),
    label: bar.querySelector(".lab"),
    words: bar.querySelector(".lab").textContent,
    pointer: event.pointerId,
    moved: false,
    home: bar.closest(".lane"),
    lane: null,
  };
  drag.x = drag.place.x.baseVal.value;
  drag.width = drag.place.width.baseVal.value;
}

function follow(event) {
  if (!drag || event.pointerId !== drag.pointer) return;
  const by = event.clientX - drag.from;
  if (!drag.moved && Math.hypot(by, event.clientY - drag.fromY) < 4) return;
  if (!drag.moved) {
    drag.moved = true;
    drag.bar.classList.add("moving");
    drag.bar.setPointerCapture(event.pointerId);
  }
  event.preventDefault();
  if (drag.grip !== "end") drag.place.x.baseVal.value = drag.x + by;
  if (drag.grip) drag.place.width.baseVal.value = Math.max(8, drag.width + (drag.grip === "end" ? by : -by));
  const to = dates(drag.bar, Math.round(by / drag.perDay), drag.grip);
  drag.lane = drag.grip ? null : over(event.clientY, drag.home);
  if (to) drag.label.textContent = `${drag.lane ? `${nameOf(drag.lane)}: ` : ""}${words(parse(to.start))} → ${words(parse(to.end))}`;
}

function letGo() {
  mark(null);
  if (!drag) return;
  drag.bar.classList.remove("moving");
  drag.place.x.baseVal.value = drag.x;
  drag.place.width.baseVal.value = drag.width;
  drag.label.textContent = drag.words;
  drag = null;
}

/** The click that ends a drag opens nothing. */
function swallowClick() {
  const swallow = (click) => {
    click.preventDefault();
    click.stopImmediatePropagation();
  };
  window.addEventListener("click", swallow, true);
  setTimeout(() => window.removeEventListener("click", swallow, true), 50);
}

async function end(event) {
  if (!drag || event.pointerId !== drag.pointer) return;
  const { bar, grip, moved, from, perDay, lane } = drag;
  mark(null);
  if (!moved) {
    drag = null;
    return;
  }
  swallowClick();
  const days = Math.round((event.clientX - from) / perDay);
  bar.classList.remove("moving");
  const held = drag;
  drag = null;
  if (!(await save(bar, days, grip, lane))) {
    drag = held;
    letGo();
  }
}

function keys(event) {
  if (event.key === "Escape" && drag) {
    event.preventDefault();
    letGo();
    return;
  }
  const bar = event.target.closest?.(".bar[data-item]");
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const down = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!bar || !event.altKey || !(step || down) || !editable()) return;
  event.preventDefault();
  if (down) {
    const lane = beside(bar.closest(".lane"), down);
    if (lane) save(bar, 0, "", lane).then(() => picture().querySelector(`.bar[data-item="${bar.dataset.item}"]`)?.focus());
    return;
  }
  const unit = { month: 31, quarter: 92, half: 183, year: 366 }[bar.dataset.granularity] ?? 1;
  const { item } = bar.dataset;
  save(bar, step * unit, event.shiftKey ? "end" : "").then(() => picture().querySelector(`.bar[data-item="${item}"]`)?.focus());
}

/** On a narrow screen the picture begins at today. */
function showToday() {
  const box = document.querySelector(".tl");
  const line = box?.querySelector(".today line");
  if (!line || box.scrollWidth <= box.clientWidth) return;
  const { left } = line.getBoundingClientRect();
  box.scrollLeft += left - box.getBoundingClientRect().left - box.clientWidth * 0.6;
}

showToday();
document.addEventListener("pointerdown", begin);
document.addEventListener("pointermove", follow);
document.addEventListener("pointerup", end);
document.addEventListener("pointercancel", letGo);
document.addEventListener("keydown", keys);
describe("Alt+ArrowRight", "Move the bar in focus later; ← earlier, with Shift its end", () => editable() && Boolean(document.querySelector(".tl")));
describe("Alt+ArrowDown", "Move it to the next lane; ↑ to the one before", () => editable() && Boolean(document.querySelector(".tl")));
