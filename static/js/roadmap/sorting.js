/**
 * Lists whose entries are dragged to another place: by mouse, or by a finger that rests. Escape puts an entry back where it was,
 * and nothing is drawn anew while it is in the hand.
 */
import Sortable from "sortablejs";
import { swallowNextClick } from "./hold.js";
import { inHand } from "./picture.js";

let held = null; // what is dragged: {letGo, ended: whether by Escape}

/** Let the entries of a list be dragged; `moved(event, letGo)` hears of each that came to another place, and lets go of it. */
export function sortable(list, moved, options) {
  Sortable.create(list, {
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    forceFallback: true,
    delay: 300,
    delayOnTouchOnly: true,
    touchStartThreshold: 6,
    ...options,
    onStart: () => (held = { letGo: inHand(), ended: false }),
    onEnd: (event) => {
      const { letGo, ended } = held;
      held = null;
      const { item, from, to, oldIndex, newIndex } = event;
      if (!ended && (from !== to || oldIndex !== newIndex)) return moved(event, letGo);
      item.remove();
      from.insertBefore(item, from.children[oldIndex] ?? null);
      letGo();
    },
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !held) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  held.ended = true;
  document.dispatchEvent(new PointerEvent("pointercancel")); // ends what the library holds
  swallowNextClick();
}, true);
