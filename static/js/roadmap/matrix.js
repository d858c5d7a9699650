/**
 * Value against effort: a dot is dragged to its rating by pointer (mouse or touch), or moved by the arrow keys, half a step at
 * a time; Enter or leaving it puts it down, Escape puts it back. What is not rated yet is dragged out of the list in the same way,
 * or begins in the middle by an arrow key. Only the factor that differs is sent, so that two who rate others both win.
 */
import { describe } from "shell/keys";
import { gettext } from "words";
import { swallowClick, swallowNextClick } from "./hold.js";
import { editable, picture, refresh, say, send } from "./picture.js";

const STEP = 0.5;
const SVG = "http://www.w3.org/2000/svg";
const ARROWS = { ArrowLeft: ["effort", -1], ArrowRight: ["effort", 1], ArrowUp: ["value", 1], ArrowDown: ["value", -1] };
const NAMES = { "1,0": gettext("Quick wins"), "1,1": gettext("Big bets"), "0,0": gettext("Fill-ins"), "0,1": gettext("Money pits") };

const box = () => document.querySelector("[data-matrix]");
const plot = () => box().querySelector(".plot");
const scale = (name) => ({ low: Number(box().dataset[`${name}Low`]), high: Number(box().dataset[`${name}High`]) });
const inset = { value: () => Number(box().dataset.insetY), effort: () => Number(box().dataset.insetX) };

let held = null; // {dot, number, value, effort, place, home: [x, y] | null, pointer, x, y, moved}

function clamped(name, amount) {
  const { low, high } = scale(name);
  return Math.min(high, Math.max(low, Math.round(amount / STEP) * STEP));
}

/** The rating at a share of the picture's width or height, from 0 to 1. */
function ratingAt(name, share) {
  const { low, high } = scale(name);
  const edge = inset[name]() / 100;
  return clamped(name, low + ((share - edge) / (1 - 2 * edge)) * (high - low));
}

function shareOf(name) {
  const { low, high } = scale(name);
  return (held[name] - low) / (high - low);
}

const figure = (number) => number.toLocaleString(document.documentElement.lang);
const rated = ({ title, value, effort }) => ({ title, value: figure(value), effort: figure(effort) });

function inWords() {
  const quadrant = NAMES[`${Number(shareOf("value") >= 0.5)},${Number(shareOf("effort") > 0.5)}`];
  return gettext("%(title)s: value %(value)s, effort %(effort)s, %(quadrant)s", { ...rated(held), quadrant });
}

/** A dot for what had none: it is only there while it is held. */
function newPlace() {
  const place = document.createElementNS(SVG, "svg");
  place.setAttribute("overflow", "visible");
  place.dataset.new = ""; // until the server draws it: the drawing may go on with this very element
  place.setAttribute("class", `place held ${held.dot.closest("li").className}`);
  const frame = document.createElementNS(SVG, "foreignObject");
  for (const [name, value] of Object.entries({ x: -13, y: -13, width: 26, height: 26 })) frame.setAttribute(name, value);
  frame.append(Object.assign(document.createElement("span"), { className: "spot", textContent: held.dot.dataset.dot }));
  place.append(frame);
  return place;
}

function show() {
  if (!held.place) held.place = newPlace();
  if (!held.place.isConnected) plot().append(held.place);
  held.place.classList.add("held");
  held.place.setAttribute("x", `${inset.effort() + (100 - 2 * inset.effort()) * shareOf("effort")}%`);
  held.place.setAttribute("y", `${100 - inset.value() - (100 - 2 * inset.value()) * shareOf("value")}%`);
  box().querySelector("[data-now]").textContent = inWords();
}

function take(dot) {
  const place = dot.closest(".place");
  const { dot: number, title, value, effort, version } = dot.dataset;
  const seen = value ? { "initial-value": value, "initial-effort": effort, version } : {}; // others may rate it meanwhile
  held = { dot, number, title, seen, place, home: place && [place.getAttribute("x"), place.getAttribute("y")], moved: false };
  held.value = value ? Number(value) : null;
  held.effort = effort ? Number(effort) : null;
}

/** Put what is held back where it was. */
function putBack() {
  if (!held) return;
  const { place, home, title, moved } = held;
  if (home) {
    place.setAttribute("x", home[0]);
    place.setAttribute("y", home[1]);
    place.classList.remove("held");
  } else place?.remove();
  if (moved) box().querySelector("[data-now]").textContent = gettext("%(title)s is where it was.", { title });
  held = null;
}

async function putDown() {
  const { dot, number, title, value, effort, seen, moved } = held;
  if (!moved || (String(value) === seen["initial-value"] && String(effort) === seen["initial-effort"])) {
    putBack();
    return;
  }
  const words = inWords();
  const focused = document.activeElement === dot;
  const here = held;
  held = null;
  const taken = await send(number, "rate", { scorecard: box().dataset.matrix, value, effort, ...seen });
  if (taken) say(words, taken);
  else {
    held = here;
    putBack();
  }
  await refresh(taken.seq);
  box().querySelector(".place[data-new]")?.remove();
  if (focused && document.activeElement === document.body) document.getElementById(`dot-${number}`)?.focus();
  if (taken) box().querySelector("[data-now]").textContent = gettext("%(title)s: value %(value)s, effort %(effort)s.", rated(here));
}

function begin(event) {
  const dot = event.target.closest?.("#roadmap [data-dot]");
  if (!dot || !box() || !editable() || event.button !== 0) return;
  if (held) putBack();
  take(dot);
  Object.assign(held, { pointer: event.pointerId, x: event.clientX, y: event.clientY });
}

function follow(event) {
  if (!held || event.pointerId !== held.pointer) return;
  if (!held.moved) {
    if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < 4) return;
    held.dot.setPointerCapture(event.pointerId);
  }
  event.preventDefault();
  const { left, top, width, height } = plot().getBoundingClientRect();
  const x = (event.clientX - left) / width;
  const y = (event.clientY - top) / height;
  held.over = x >= 0 && x <= 1 && y >= 0 && y <= 1;
  if (!held.over && !held.home) {
    held.moved = true;
    held.place?.remove();
    return;
  }
  held.moved = true;
  held.effort = ratingAt("effort", x);
  held.value = ratingAt("value", 1 - y);
  show();
}

function end(event) {
  if (!held || event.pointerId !== held.pointer) return;
  if (!held.moved) {
    held = null;
    return;
  }
  swallowClick();
  if (held.over) putDown();
  else putBack();
}

function step(event, dot) {
  const [name, by] = ARROWS[event.key];
  event.preventDefault();
  if (held?.dot !== dot) {
    if (held) putBack();
    take(dot);
  }
  for (const each of ["value", "effort"]) held[each] ??= clamped(each, (scale(each).low + scale(each).high) / 2);
  held[name] = clamped(name, held[name] + by * STEP * (event.shiftKey ? 2 : 1));
  held.moved = true;
  show();
}

function keys(event) {
  if (event.key === "Escape" && held) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (held.pointer !== undefined) swallowNextClick();
    putBack();
    return;
  }
  const dot = event.target.closest?.("#roadmap [data-dot]");
  if (!dot || !box() || !editable() || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key in ARROWS) step(event, dot);
  else if (event.key === "Enter" && held?.dot === dot && held.moved) {
    event.preventDefault();
    putDown();
  }
}

/** What is opened from a pile stands at it. */
function openedAt({ target: pile, newState }) {
  if (newState !== "open" || !pile.matches(".pile")) return;
  const spot = document.querySelector(`[popovertarget="${pile.id}"]`).getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = pile;
  const below = spot.bottom + 4;
  pile.style.margin = 0;
  pile.style.left = `${Math.max(8, Math.min(spot.left, innerWidth - width - 8))}px`;
  pile.style.top = `${below + height < innerHeight ? below : Math.max(8, spot.top - height - 4)}px`;
}

document.addEventListener("toggle", openedAt, true);
document.addEventListener("pointerdown", begin);
document.addEventListener("pointermove", follow);
document.addEventListener("pointerup", end);
document.addEventListener("pointercancel", (event) => held?.pointer === event.pointerId && putBack());
document.addEventListener("keydown", keys, true);
document.addEventListener("focusout", (event) => {
  if (held && held.dot === event.target && held.pointer === undefined) putDown();
});
const here = () => editable() && Boolean(box() && picture());
describe("ArrowUp", gettext("Rate the dot in focus higher; ↓ lower, → and ← its effort, with Shift by a whole step"), here);
describe("Enter", gettext("Put the dot down where it is; Escape puts it back"), here);
