/**
 * A press that means to drag: at once by mouse or pen; by touch after the finger rested a moment, so that a swipe scrolls and a
 * tap opens. While a finger drags, the page stays where it is.
 */
const REST = 350; // ms
const SLOP = 8; // px that a resting finger may tremble

let waiting = null;
let touching = false;
let ended = false; // by a key, while the pointer is still down

function forget() {
  clearTimeout(waiting?.timer);
  waiting = null;
}

/** Call `begin(rested)` when the press of a `pointerdown` means to drag; `rested` says that it was a finger. */
export function whenHeld(event, begin) {
  forget();
  if (event.pointerType !== "touch") {
    begin(false);
    return;
  }
  const rested = () => {
    forget();
    touching = true;
    navigator.vibrate?.(8);
    begin(true);
  };
  waiting = { id: event.pointerId, x: event.clientX, y: event.clientY, timer: setTimeout(rested, REST) };
}

/** The click that ends a drag opens nothing. */
export function swallowClick() {
  const swallow = (click) => {
    click.preventDefault();
    click.stopImmediatePropagation();
  };
  window.addEventListener("click", swallow, true);
  setTimeout(() => window.removeEventListener("click", swallow, true), 50);
}

/** The same for a drag that Escape ended: its click comes when the pointer goes up. */
export function swallowNextClick() {
  ended = true;
}

function release({ type }) {
  forget();
  touching = false;
  if (ended && type === "pointerup") swallowClick();
  ended = false;
}

document.addEventListener("pointermove", (event) => {
  if (waiting?.id === event.pointerId && Math.hypot(event.clientX - waiting.x, event.clientY - waiting.y) > SLOP) forget();
});
document.addEventListener("pointerup", release);
document.addEventListener("pointercancel", release);
document.addEventListener("touchmove", (event) => touching && event.cancelable && event.preventDefault(), { passive: false });
document.addEventListener("contextmenu", (event) => (waiting || touching) && event.preventDefault());
