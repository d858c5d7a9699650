/** A long table draws only the lines on the screen and some around them: as one scrolls or walks on, the next are fetched. */
import { drawFrom } from "./picture.js";
import { go, lastRow, sheet } from "./grid.js";
import { drawn } from "./lines.js";

const HEIGHT = 36; // px of a line, as in the style sheet
const NEAR = 16; // lines from the edge of what is drawn at which more is fetched
const BEFORE = 45; // lines drawn above the first on the screen

/** The first and last line that can be seen just now. */
function seen(table) {
  const box = table.closest(".table-box").getBoundingClientRect();
  const top = table.tBodies[0].getBoundingClientRect().top;
  const [from, to] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  return { first: Math.floor((from - top) / HEIGHT), last: Math.ceil((to - top) / HEIGHT) };
}

function look() {
  const table = sheet();
  if (!table || "whole" in table.dataset) return;
  const { first, count, all } = drawn(table);
  const eye = seen(table);
  const above = first > 0 && eye.first < first + NEAR;
  const below = first + count < all && eye.last > first + count - NEAR;
  if (above || below) drawFrom(Math.max(0, Math.min(eye.first, all) - BEFORE));
}

/** Bring a line on the screen that is not drawn yet. */
export async function reveal(line) {
  const box = sheet().closest(".table-box");
  box.scrollTop = line * HEIGHT - box.clientHeight / 2; // before it is drawn: what is drawn follows the screen
  await drawFrom(Math.max(0, line - BEFORE));
}

/** Go to the very first or last line, wherever it is. */
async function far({ detail: { end, column, keep } }) {
  const box = sheet().closest(".table-box");
  const { all } = drawn(sheet());
  await drawFrom(end ? Math.max(0, all - BEFORE - NEAR) : 0);
  box.scrollTop = end ? box.scrollHeight : 0;
  go(end ? lastRow() : sheet().tHead.rows[0], column, { keep });
}

let waiting = false;
function soon() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    look();
  });
}

document.addEventListener("scroll", soon, true);
addEventListener("resize", soon);
document.addEventListener("htmx:after:swap", soon);
document.addEventListener("grid:far", far);
soon();
