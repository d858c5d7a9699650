/**
 * Arrows to bars that are scrolled out of the box, as the server's links lead to those outside the window: at the row's edge,
 * with how far it is; a click scrolls there. Keys need none: a bar in focus comes into view by itself.
 */
import { ngettext } from "words";
import { perDay } from "./when.js";

const UNITS = [
  [365.2425, (count) => ngettext("%(count)s year", "%(count)s years", count), 731],
  [30.44, (count) => ngettext("%(count)s month", "%(count)s months", count), 61],
  [7, (count) => ngettext("%(count)s week", "%(count)s weeks", count), 14],
  [1, (count) => ngettext("%(count)s day", "%(count)s days", count), 0],
];
let watching = null;

function far(days) {
  const [length, words] = UNITS.find(([, , least]) => days >= least);
  return words(Math.max(1, Math.round(days / length)));
}

function arrow(bar, side, days) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: `off scrolled ${side}`, tabIndex: -1 });
  made.textContent = side === "before" ? `← ${far(days)}` : `${far(days)} →`;
  made.setAttribute("aria-hidden", "true");
  made.addEventListener("click", () => reach(bar));
  return made;
}

function reach(bar) {
  const box = bar.closest(".tl");
  const title = box.querySelector(".cal > .t").offsetWidth;
  const left = bar.getBoundingClientRect().left - box.getBoundingClientRect().left - title - 24;
  box.scrollBy({ left, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth" });
}

function seen(entries) {
  for (const { target, isIntersecting, boundingClientRect: bar, rootBounds: box } of entries) {
    const row = target.closest(".row");
    row?.querySelector(".off.scrolled")?.remove();
    if (!row || isIntersecting || !box || target.matches(".moving") || !target.checkVisibility({ contentVisibilityAuto: true })) continue;
    const before = bar.right <= box.left;
    row.append(arrow(target, before ? "before" : "after", (before ? box.left - bar.right : bar.left - box.right) / perDay()));
  }
}

/** Watch the bars as they are now; only where the picture is wider than its box. */
function watch() {
  watching?.disconnect();
  for (const old of document.querySelectorAll(".off.scrolled")) old.remove();
  const box = document.querySelector(".tl");
  if (!box || box.scrollWidth <= box.clientWidth) return;
  const title = box.querySelector(".cal > .t").offsetWidth;
  watching = new IntersectionObserver(seen, { root: box, rootMargin: `100000px 0px 100000px -${title}px` });
  for (const bar of box.querySelectorAll(".bar[data-item]")) watching.observe(bar);
}

/** The browser leaves out what is drawn in rows far from the screen, and places its bars only as they come near. */
function near({ target, skipped }) {
  const bar = target.querySelector(".bar[data-item]");
  if (!watching || skipped || !bar) return;
  watching.unobserve(bar);
  watching.observe(bar);
}

document.addEventListener("contentvisibilityautostatechange", near);
document.addEventListener("htmx:after:swap", watch);
window.addEventListener("resize", watch);
watch();
