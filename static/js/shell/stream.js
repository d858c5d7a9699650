/**
 * The stream of what others do: it says that something changed, never what; the page then fetches its own parts.
 * `part` returns the element that shows it (`data-live`: the last change shown; `data-workspace`; `data-product`, if it is of
 * one), `draw` draws that anew and resolves when it has; it is given the ids of what was touched, or null when too much was
 * missed to say. Several changes at once are one drawing, and one waits for the one before. The browser sends the last number it saw with every reconnect; a hidden page closes its
 * stream and catches up later.
 */
export function follow(part, draw) {
  let source = null;
  let last = null;
  let pending = null;
  let touched = new Set();
  let drawing = null;
  let again = false;

  function connect() {
    const root = part();
    if (source || !root || document.hidden) return;
    last ??= root.dataset.live;
    source = new EventSource(`/live/${root.dataset.workspace}?since=${last}`);
    source.addEventListener("change", (event) => {
      last = event.lastEventId;
      const change = JSON.parse(event.data);
      const product = part()?.dataset.product;
      const between = ["item.transferred", "change.undone"].includes(change.verb); // may be of two products
      if (!change.scope || !product || change.scope === product || between) {
        for (const id of change.touches ?? []) touched?.add(id);
        soon();
      }
    });
    source.addEventListener("reset", (event) => {
      last = event.lastEventId;
      touched = null;
      soon();
    });
    source.addEventListener("gone", () => {
      disconnect();
      location.reload();
    });
  }

  function disconnect() {
    source?.close();
    source = null;
  }

  function soon() {
    clearTimeout(pending);
    pending = setTimeout(() => {
      if (drawing) again = true;
      else drawing = drawAll().finally(() => (drawing = null));
    }, 60);
  }

  async function drawAll() {
    do {
      again = false;
      const these = touched;
      touched = new Set();
      await draw(these);
    } while (again);
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
  window.addEventListener("pagehide", disconnect);
  window.addEventListener("pageshow", connect);
  window.addEventListener("online", () => {
    disconnect();
    connect();
  });
  connect();
}
