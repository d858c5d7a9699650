/**
 * Links and questions of the roadmap to itself: another view, window, order or filter is drawn in place, an item opens beside it.
 * The address is the view, so back and forward do the same. One listener serves all rows: with one each, the page would take
 * longer to prepare them than to draw them, and no row would be equal to what the server sends anew.
 */
import { openBeside } from "./beside.js";
import { announce, picture, refresh, visit } from "./picture.js";

const room = location.pathname;
const of = (address, name) => new URL(address, location).searchParams.get(name) ?? "";

/** Whether what is around the roadmap stays as it is: the past has no buttons there. */
const sameAround = (address) => of(address, "as_of") === of(location, "as_of");

/** Draw another address; the item that is open stays open. */
async function go(address, words, line) {
  const url = new URL(address, location);
  const item = of(location, "item");
  if (item) url.searchParams.set("item", item);
  await visit(url, line);
  if (document.activeElement === document.body) picture().querySelector("[data-add-filter]").focus(); // what was pressed is gone, as a filter is
  if (location.href === url.href) announce(words);
}

function clicked(event) {
  const link = event.target.closest?.("#roadmap a[href^='?']:not([hx-get])");
  const held = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!link || held || event.defaultPrevented || !sameAround(link.href)) return;
  const number = of(link.href, "item");
  if (number && "past" in picture().dataset) return;
  event.preventDefault();
  if (number) openBeside(number, { address: link.href, enter: event.detail === 0 });
  else go(link.href, link.ariaLabel ?? link.textContent.trim(), link.matches(".twist") ? undefined : 0);
}

function asked(event) {
  const form = event.target;
  if (!form.matches?.("#roadmap form[method=get]:not([action])") || event.defaultPrevented) return;
  const values = [...new FormData(form)].filter(([, value]) => value);
  const address = `?${new URLSearchParams(values)}`;
  if (!sameAround(address)) return;
  event.preventDefault();
  go(address, "", 0);
}

document.addEventListener("click", clicked);
document.addEventListener("submit", asked);
document.addEventListener("htmx:after:swap", () => {
  for (const link of document.querySelectorAll("[data-same-view]")) link.search = location.search;
});
document.addEventListener("htmx:before:history:restore", (event) => {
  const open = document.getElementById("item-panel")?.dataset.item ?? "";
  if (location.pathname !== room || of(location, "item") !== open) return;
  event.preventDefault();
  refresh();
});
