/** Parts that come after the page (`hx-trigger="load"`): where it is drawn anew they keep what they show and are fetched once more. */
import htmx from "htmx.org";

const PARTS = "[hx-get][hx-trigger=load]";
let before = new Set(); // those that were there already: a new one fetches itself

document.addEventListener("htmx:before:swap", () => (before = new Set(document.querySelectorAll(PARTS))));
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (!ctx.swap?.endsWith("Morph")) return;
  for (const part of document.getElementById(ctx.target.id)?.querySelectorAll(PARTS) ?? []) {
    if (before.has(part)) htmx.ajax("GET", part.getAttribute("hx-get"), { source: part, target: part, swap: "innerHTML" });
  }
});
