/** While something is dragged near an edge of the timeline, it scrolls; `moved` is called after each step. */
const ZONE = 36; // px
const STEP = 9;

let running = 0;
let pull = null;

const toward = (at, low, high) => (at < low + ZONE ? -1 : at > high - ZONE ? 1 : 0);

/** Say where the pointer is; null ends it. */
export function scrollAt(point, moved) {
  if (!point) {
    cancelAnimationFrame(running);
    running = 0;
    pull = null;
    return;
  }
  const box = document.querySelector(".tl");
  const { left, right, top, bottom } = box.getBoundingClientRect();
  const start = left + (box.querySelector(".cal > .t")?.offsetWidth ?? 0);
  pull = { box, moved, x: toward(point.x, start, right), y: toward(point.y, top + 54, bottom) };
  if (!running && (pull.x || pull.y)) running = requestAnimationFrame(turn);
}

function turn() {
  running = 0;
  if (!pull) return;
  const { box, x, y, moved } = pull;
  const before = [box.scrollLeft, box.scrollTop];
  box.scrollBy({ left: x * STEP, top: y * STEP, behavior: "instant" });
  if (before[0] === box.scrollLeft && before[1] === box.scrollTop) return;
  moved();
  running = requestAnimationFrame(turn);
}
