/** The side panel: filled by htmx, closed by `data-panel-close` (a link to the page without it) or Escape. */
const panel = () => document.querySelector("aside#panel"); // an item's own page is no panel to close
let opener = null;

/** Where the focus goes when the panel closes. */
export const returnTo = (element) => (opener = element ?? opener);

function close(link) {
  const host = panel();
  host.replaceChildren();
  if (link?.href) push(behind(link.href));
  document.dispatchEvent(new CustomEvent("panel:closed"));
  if (opener?.isConnected) opener.focus();
  opener = null;
}

/** The page without the panel: where it is this one, as it stands but for the item that its address names. */
function behind(href) {
  const [there, here] = [new URL(href), new URL(location.href)];
  if (there.pathname !== here.pathname) return href;
  here.searchParams.delete("item");
  return here.href;
}

/** Both entries carry htmx's mark, so that going back reloads the page that the address names. */
function push(address) {
  if (!history.state?.htmx) history.replaceState({ htmx: true }, "", location.href);
  history.pushState({ htmx: true }, "", address);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("aside#panel [data-panel-close]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  close(link);
});
document.addEventListener("keydown", (event) => {
  const host = panel();
  if (event.key !== "Escape" || event.defaultPrevented || !host?.childElementCount) return;
  if (document.querySelector("dialog[open]") || document.activeElement?.matches("input, select, textarea")) return;
  close(host.querySelector("[data-panel-close]"));
});
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx?.target?.matches?.("aside#panel") && ctx.sourceElement && !panel().contains(ctx.sourceElement)) opener = ctx.sourceElement;
});

// Whoever went back or on while the page was loading is at an address that it does not show.
const [{ name: loaded } = {}] = performance.getEntriesByType("navigation");
const shown = loaded && new URL(loaded);
if (shown && history.state?.htmx && shown.pathname + shown.search !== location.pathname + location.search) location.reload();
