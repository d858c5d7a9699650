/** Ctrl and the wheel, or two fingers on a touchpad, over the timeline: the next closer or wider zoom, once for each turn. */
const RESTS = 250; // ms without a wheel after which another turn begins

let last = 0;

function turned(event) {
  if (!event.ctrlKey || !event.deltaY || !event.target.closest?.(".tl")) return;
  event.preventDefault();
  const begun = event.timeStamp - last > RESTS;
  last = event.timeStamp;
  const zooms = [...document.querySelectorAll("[data-zooms] a")]; // from the closest to the widest
  const now = zooms.findIndex((each) => each.ariaCurrent);
  if (begun) zooms[now + Math.sign(event.deltaY)]?.click();
}

document.addEventListener("wheel", turned, { passive: false });
