/**
 * Slides by keys: arrows, Space and Page keys go on and back, Home and End to the ends, F fills the screen, Escape leaves.
 * Fingers swipe by scrolling, which needs no script.
 */
import { busy, describe } from "shell/keys";
import { gettext } from "words";

const box = document.querySelector(".slides");
const slides = [...box.querySelectorAll(".slide")];
let at = 0;

const shown = () => Math.round(box.scrollLeft / box.clientWidth);

function go(to) {
  at = Math.max(0, Math.min(slides.length - 1, to));
  box.scrollTo({ left: at * box.clientWidth, behavior: "instant" });
  slides[at].focus({ preventScroll: true });
  history.replaceState(history.state, "", `#${slides[at].id}`);
}

function fill() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.();
}

const KEYS = {
  ArrowRight: () => go(at + 1), ArrowDown: () => go(at + 1), PageDown: () => go(at + 1),
  ArrowLeft: () => go(at - 1), ArrowUp: () => go(at - 1), PageUp: () => go(at - 1),
  Home: () => go(0), End: () => go(slides.length - 1),
  f: fill, Escape: () => location.assign(box.dataset.leave),
};

function press(event) {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || busy(event)) return;
  const space = event.key === " " && !event.target.closest("a, button");
  const act = space ? () => go(at + (event.shiftKey ? -1 : 1)) : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function follow(event) {
  const link = event.target.closest("a[href^='#slide-']");
  if (link) {
    event.preventDefault();
    go(slides.findIndex((each) => `#${each.id}` === link.getAttribute("href")));
  } else if (event.target.closest("[data-full]")) fill();
}

document.addEventListener("keydown", press);
document.addEventListener("click", follow);
box.addEventListener("scroll", () => (at = shown()));
window.addEventListener("resize", () => go(at));
describe("ArrowRight", gettext("Next slide, as Space; ← the one before, Home and End the first and the last"));
describe("f", gettext("Fill the screen"));
describe("Escape", gettext("Leave the slides"));
const first = slides.findIndex((each) => `#${each.id}` === location.hash);
go(first < 0 ? 0 : first);
