/**
 * Bars move and stretch by pointer: by mouse at once, by touch after a moment's rest. Escape lets go. A bar keeps its
 * granularity: a quarter moves by quarters. `nudge.js` does the same by keys.
 */
import { gettext, ngettext } from "words";
import { scrollAt } from "./edges.js";
import { swallowClick, swallowNextClick, whenHeld } from "./hold.js";
import { mark, nameOf, over, seenIn, trayAt } from "./lanes.js";
import { note } from "./note.js";
import { editable } from "./picture.js";
import { forgetPreview, preview } from "./preview.js";
import { park, save } from "./saving.js";
import { dates, parse, perDay, words } from "./when.js";

let drag = null;
let sending = 0; // moves that are on their way to the server, one after the other
let written = Promise.resolve();

function begin(event) {
  const bar = event.target.closest?.(".bar[data-item]");
  if (!bar || !editable() || event.button !== 0) return;
  const grip = event.target.closest("[data-grip]")?.dataset.grip ?? "";
  const { clientX: x, clientY: y, pointerId: pointer } = event;
  whenHeld(event, (touch) => take(bar, { grip, x, y, pointer, touch }));
}

function take(bar, { grip, x, y, pointer, touch }) {
  if (!bar.isConnected) return;
  const place = bar.closest("foreignObject");
  const box = bar.closest(".tl");
  drag = {
    bar, grip, pointer, touch, place, box, from: x, fromY: y, at: { x, y }, perDay: perDay(), scrolled: box.scrollLeft,
    // What others write meanwhile changes what the bar says, but not from where it was taken; one's own last move does.
    was: sending ? bar.dataset : { ...bar.dataset }, x: place.x.baseVal.value, width: place.width.baseVal.value,
    home: bar.closest(".lane"), seen: sending ? {} : seenIn(bar.closest(".lane")), lane: null, tray: null, moved: false, follow: 0,
  };
  if (touch) lift();
}

function lift() {
  drag.bar.classList.add("moving");
  drag.bar.setPointerCapture(drag.pointer);
}

function follow(event) {
  if (!drag || event.pointerId !== drag.pointer) return;
  drag.at = { x: event.clientX, y: event.clientY };
  if (!drag.moved && Math.hypot(drag.at.x - drag.from, drag.at.y - drag.fromY) < 4) return;
  if (!drag.moved && !drag.touch) lift();
  drag.moved = true;
  event.preventDefault();
  scrollAt(drag.at, show);
  show();
}

/** How far the bar went, in px of the picture, which may have scrolled meanwhile. */
const gone = () => drag.at.x - drag.from + drag.box.scrollLeft - drag.scrolled;

function show() {
  if (!drag) return;
  const { grip, place, bar, at } = drag;
  const by = gone();
  if (grip !== "end") place.x.baseVal.value = drag.x + (grip ? Math.min(by, drag.width - 8) : by);
  if (grip) place.width.baseVal.value = Math.max(8, drag.width + (grip === "end" ? by : -by));
  const to = dates(drag.was, by / drag.perDay, grip);
  drag.lane = grip ? null : over(at.y, drag.home);
  drag.tray = grip ? null : trayAt(at.y);
  if (drag.tray) {
    scrollAt(null);
    forgetPreview();
    drag.follow = 0;
    note(gettext("Into the parking lot, without a date"), at.x, at.y, drag.touch);
    return;
  }
  if (!to) return;
  if (grip !== "start") preview(bar, to.end, (count) => drag && ((drag.follow = count), say(to)));
  say(to);
}

function say(to) {
  const lane = drag.lane ? `${nameOf(drag.lane)}: ` : "";
  const waits = ngettext("%(count)s that waits would have to move", "%(count)s that wait would have to move", drag.follow);
  note(`${lane}${words(parse(to.start))} → ${words(parse(to.end))}${drag.follow ? ` · ${waits}` : ""}`, drag.at.x, drag.at.y, drag.touch);
}

function putBack({ bar, place, x, width }) {
  bar.classList.remove("moving");
  place.x.baseVal.value = x;
  place.width.baseVal.value = width;
}

/** End what is shown while a bar moves; the bar stays where it is. */
function settle() {
  const held = drag;
  drag = null;
  mark(null);
  note(null);
  scrollAt(null);
  forgetPreview();
  return held;
}

function letGo() {
  if (drag) putBack(settle());
}

function end(event) {
  if (!drag || event.pointerId !== drag.pointer) return;
  const days = gone() / drag.perDay;
  const held = settle();
  if (held.moved || held.touch) swallowClick();
  if (!held.moved) {
    held.bar.classList.remove("moving");
    if (held.touch) held.bar.focus();
    return;
  }
  held.bar.classList.remove("moving");
  const back = () => putBack(held);
  sending += 1;
  const write = () => (held.tray ? park(held.was, back) : save(held.was, days, held.grip, held, back)).finally(() => (sending -= 1));
  written = written.then(write, write);
}

document.addEventListener("pointerdown", begin);
document.addEventListener("pointermove", follow);
document.addEventListener("pointerup", end);
document.addEventListener("pointercancel", letGo);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !drag) return;
  event.preventDefault();
  swallowNextClick();
  letGo();
});
