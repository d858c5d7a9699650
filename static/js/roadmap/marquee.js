/**
 * A frame drawn with the mouse chooses what it touches: from an empty place of the board, down the checkboxes of the table, or
 * with Shift over the timeline, where without it a bar is drawn. With Ctrl, Cmd or Shift it adds to what is chosen; Escape
 * leaves that as it was.
 */
import { swallowClick, swallowNextClick } from "./hold.js";
import { editable, picture } from "./picture.js";
import { choose, chosenNow } from "./select.js";

const STARTS = ".board, table.sheet tbody .pick, .tl"; // where a frame may begin
const THINGS = ".item-card, .bar, .menu, form, :is(a, button, summary):not(.pick *)";

let frame = null; // {box, scroller, x, y, left, top: where it had scrolled, before: what was chosen, drawn: the element}

function begin(event) {
  const start = event.target.closest?.(`#roadmap :is(${STARTS})`);
  if (!start || !editable() || event.button !== 0 || event.pointerType === "touch" || event.target.closest(THINGS)) return;
  if (start.matches(".tl") && !event.shiftKey) return;
  const scroller = start.closest(".board, .tl, .table-box");
  const more = event.shiftKey || event.ctrlKey || event.metaKey;
  const { scrollLeft: left, scrollTop: top } = scroller;
  frame = { scroller, x: event.clientX, y: event.clientY, left, top, before: more ? chosenNow() : [], was: chosenNow(), drawn: null };
}

/** The frame on the screen, which may have scrolled since it was begun. */
function area(event) {
  const { scroller, x, y, left, top } = frame;
  const [fromX, fromY] = [x - scroller.scrollLeft + left, y - scroller.scrollTop + top];
  const [toX, toY] = [event.clientX, event.clientY];
  return { left: Math.min(fromX, toX), right: Math.max(fromX, toX), top: Math.min(fromY, toY), bottom: Math.max(fromY, toY) };
}

function follow(event) {
  if (!frame) return;
  if (!frame.drawn && Math.hypot(event.clientX - frame.x, event.clientY - frame.y) < 5) return;
  event.preventDefault();
  if (!frame.drawn) document.body.append((frame.drawn = Object.assign(document.createElement("div"), { className: "marquee" })));
  const { left, right, top, bottom } = area(event);
  const { style } = frame.drawn;
  [style.left, style.top, style.width, style.height] = [left, top, right - left, bottom - top].map((px) => `${px}px`);
  const inTime = picture().dataset.view === "timeline";
  const touched = [...picture().querySelectorAll("[data-row]")].filter((row) => {
    const box = (inTime ? row.querySelector(".bar") : row)?.getBoundingClientRect();
    return box && box.left < right && box.right > left && box.top < bottom && box.bottom > top;
  });
  choose([...frame.before, ...touched.map((row) => row.dataset.row)]);
}

function end() {
  if (frame?.drawn) swallowClick();
  frame?.drawn?.remove();
  frame = null;
}

function leave(event) {
  if (event.key !== "Escape" || !frame?.drawn) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  choose(frame.was);
  frame.drawn.remove();
  frame = null;
  swallowNextClick();
}

document.addEventListener("pointerdown", begin);
document.addEventListener("pointermove", follow);
document.addEventListener("pointerup", end);
document.addEventListener("pointercancel", end);
document.addEventListener("keydown", leave, true);
// While a frame is drawn no text is marked.
document.addEventListener("selectstart", (event) => frame && event.preventDefault());
