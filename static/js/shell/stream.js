/**
 * The stream of what others do: it says that something changed, never what; the page then fetches its own parts.
 * `part` returns the element that shows it (`data-live`: the last change shown; `data-workspace`; `data-product`, if it is of
 * one), `draw` draws that anew and resolves when it has; it is given the ids of what was touched, or null when too much was
 * missed to say, and the number of the newest change. The first change is drawn at once; those that come meanwhile are one
 * drawing more, after a rest. The browser sends the last number it saw with every reconnect; a hidden page closes its stream and
 * catches up later.
 */
const REST = 100; // ms between two drawings of a burst

export function follow(part, draw) {
  let source = null;
  let last = null;
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
    if (drawing) again = true;
    else drawing = drawAll().finally(() => (drawing = null));
  }

  async function drawAll() {
    do {
      again = false;
      const these = touched;
      touched = new Set();
      await draw(these, Number(last));
      if (again) await new Promise((rested) => setTimeout(rested, REST));
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
