/**
 * Menus are <details class="menu">: one open at a time, closed by Escape, by a click elsewhere and by choosing. Whatever a person
 * opened or shut stays so when the page is drawn anew; the answer to what they sent may shut it.
 */
import htmx from "htmx.org";

const { morphIgnore } = htmx.config;
const opened = () => document.querySelectorAll("details.menu[open], details.topbar[open]");

document.addEventListener("click", (event) => {
  for (const menu of opened()) {
    const chose = event.target.closest(".pop a:not([data-stay]), .pop button:not([data-theme-set], [data-stay])");
    const side = menu.matches(".topbar") ? menu.nextElementSibling : menu;
    if (!(menu.contains(event.target) || side.contains(event.target)) || (chose && menu.contains(chose) && menu.matches(".menu"))) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of opened()) {
    if (!menu.contains(document.activeElement)) continue;
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
    event.preventDefault();
  }
});
// Up and down walk through an open menu.
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const menu = document.activeElement?.closest("details.menu[open]");
  if (!menu || document.activeElement.matches("input, select, textarea")) return;
  const choices = [...menu.querySelectorAll(".pop :is(a, button, input, select)")];
  const here = choices.indexOf(document.activeElement);
  const step = event.key === "ArrowDown" ? 1 : -1;
  choices[(here + step + choices.length) % choices.length]?.focus();
  event.preventDefault();
});
document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  htmx.config.morphIgnore = ctx.request?.method === "GET" ? [...morphIgnore, "open"] : morphIgnore;
});
