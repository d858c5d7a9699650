/**
 * Bars move and stretch by keys: Alt with the arrows, with Shift an end, ← and → the last, ↑ and ↓ the first. Several steps in a
 * row are one edit: it is shown at once and written when the keys rest; until then Escape takes it back.
 */
import { describe } from "shell/keys";
import { gettext } from "words";
import { beside, seenIn } from "./lanes.js";
import { note } from "./note.js";
import { editable, picture } from "./picture.js";
import { forgetPreview, preview } from "./preview.js";
import { save } from "./saving.js";
import { dates, parse, perDay, step, words } from "./when.js";

const RESTS = 450; // ms
let move = null; // {bar, grip, days, place, x, width, timer}
let written = Promise.resolve();

/** The bar of an item, or, where it went out of the days shown, the arrow that leads to it. */
const again = (number) => picture()?.querySelector(`.bar[data-item="${number}"], #item-${number} > .off`);

function begin(bar, grip) {
  const place = bar.closest("foreignObject");
  move = { bar, grip, days: 0, place, x: place.x.baseVal.value, width: place.width.baseVal.value, timer: 0 };
}

function show() {
  const { bar, grip, days, place, x, width } = move;
  const to = dates(bar.dataset, days, grip);
  if (!to) return;
  const by = days * perDay();
  if (grip !== "end") place.x.baseVal.value = x + by;
  if (grip) place.width.baseVal.value = Math.max(8, width + (grip === "end" ? by : -by));
  const { left, bottom } = bar.getBoundingClientRect();
  note(`${words(parse(to.start))} → ${words(parse(to.end))}`, left, bottom);
  if (grip !== "start") preview(bar, to.end, () => {});
}

function settle() {
  const held = move;
  clearTimeout(held.timer);
  move = null;
  note(null);
  forgetPreview();
  return held;
}

function putBack({ place, x, width }) {
  place.x.baseVal.value = x;
  place.width.baseVal.value = width;
}

/** Write what was moved, after what was moved before it: its dates and version count from there. */
function write() {
  if (!move) return;
  const held = settle();
  written = written.then(async () => {
    const { item } = held.bar.dataset;
    await save(held.bar.dataset, held.days, held.grip, {}, () => putBack(held));
    if (!move) again(item)?.focus();
  });
}

function along(bar, direction, grip) {
  if (move && (move.bar !== bar || move.grip !== grip)) write();
  if (!move) begin(bar, grip);
  const days = move.days + direction * step(bar.dataset.granularity);
  if (dates(bar.dataset, days, grip)) move.days = days; // an end stops at the other
  clearTimeout(move.timer);
  move.timer = setTimeout(write, RESTS);
  show();
}

async function across(bar, direction) {
  const home = bar.closest(".lane");
  const lane = beside(home, direction);
  if (!lane) return;
  await save(bar.dataset, 0, "", { lane, seen: seenIn(home) });
  again(bar.dataset.item)?.focus();
}

function keys(event) {
  if (event.key === "Escape" && move) {
    event.preventDefault();
    putBack(settle());
    return;
  }
  const bar = event.target.closest?.(".bar[data-item]");
  const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const down = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!bar || !event.altKey || !(sideways || down) || !editable()) return;
  event.preventDefault();
  if (sideways) along(bar, sideways, event.shiftKey ? "end" : "");
  else if (event.shiftKey) along(bar, down, "start");
  else across(bar, down);
}

const here = () => editable() && Boolean(document.querySelector(".tl"));
document.addEventListener("keydown", keys);
describe("Alt+ArrowRight", gettext("Move the bar in focus later; ← earlier, with Shift its end"), here);
describe("Alt+Shift+ArrowUp", gettext("Begin the bar in focus earlier; ↓ later"), here);
describe("Alt+ArrowDown", gettext("Move it to the next lane; ↑ to the one before"), here);
