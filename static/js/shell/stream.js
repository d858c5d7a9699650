/**
 * The stream of what others do: it says that something changed, never what; the page then fetches its own parts.
 * `part` returns the element that shows it (`data-live`: the last change shown; `data-workspace`; `data-product`, if it is of
 * one; `data-me`), `draw` draws that anew and resolves when it has; it is given the ids of what was touched, or null when too
 * much was missed to say, the number of the newest change, and whether others did any of it. The first change is drawn at once;
 * those that come meanwhile are one drawing more, after a rest. The browser sends the last number it saw with every reconnect; a
 * hidden page closes its stream and catches up later. The event `connection` says how it stands: "" with every opening, "away", or "over" with the session.
 */
const REST = 100; // ms between two drawings of a burst
const PATIENCE = 3_000; // ms without a stream until that is said: a server that starts anew is back by then
const AGAIN = 2_000; // ms until the next try where the server refused; where none answered, the browser tries by itself

const tell = (state) => document.dispatchEvent(new CustomEvent("connection", { detail: state }));

/** Whether a stream was refused because nobody is signed in any more: an EventSource does not say. */
async function signedOut(url) {
  const asking = new AbortController();
  const status = await fetch(url, { signal: asking.signal }).then((answer) => answer.status, () => 0);
  asking.abort();
  return status === 401;
}

export function follow(part, draw) {
  let source = null;
  let last = null;
  let touched = new Set();
  let others = false;
  let drawing = null;
  let again = false;
  let waiting = 0;

  function connect() {
    const root = part();
    if (source || !root || document.hidden) return;
    last ??= root.dataset.live;
    source = new EventSource(`/live/${root.dataset.workspace}?since=${last}`);
    source.addEventListener("change", (event) => {
      last = event.lastEventId;
      const change = JSON.parse(event.data);
      const { product, me } = part()?.dataset ?? {};
      const between = ["item.transferred", "change.undone"].includes(change.verb); // may be of two products
      if (!change.scope || !product || change.scope === product || between) {
        for (const id of change.touches ?? []) touched?.add(id);
        others ||= change.by !== me;
        soon();
      }
    });
    source.addEventListener("reset", (event) => {
      last = event.lastEventId;
      touched = null;
      others = true;
      soon();
    });
    source.addEventListener("gone", () => {
      disconnect();
      location.reload();
    });
    source.addEventListener("open", () => {
      settle();
      tell("");
    });
    source.addEventListener("error", broken);
  }

  async function broken() {
    waiting ||= setTimeout(() => tell("away"), PATIENCE);
    if (source?.readyState !== EventSource.CLOSED) return;
    const { url } = source;
    close();
    if (await signedOut(url)) {
      settle();
      tell("over");
    } else setTimeout(connect, AGAIN);
  }

  function settle() {
    clearTimeout(waiting);
    waiting = 0;
  }

  function close() {
    source?.close();
    source = null;
  }

  function disconnect() {
    settle();
    close();
  }

  function soon() {
    if (drawing) again = true;
    else drawing = drawAll().finally(() => (drawing = null));
  }

  async function drawAll() {
    do {
      again = false;
      const [these, by] = [touched, others];
      [touched, others] = [new Set(), false];
      await draw(these, Number(last), by);
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
