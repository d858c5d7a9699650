/**
 * What others do arrives here: the stream says what changed, never its content; the page then fetches its own parts.
 * The browser sends the last number it saw with every reconnect; a hidden page closes its stream and catches up later.
 */
import htmx from "htmx.org";
import { toast } from "shell/toasts";
import { picture, refresh } from "./picture.js";

let source = null;
let last = null;
let pending = null;

function connect() {
  const root = picture();
  if (source || !root || document.hidden) return;
  last ??= root.dataset.live;
  source = new EventSource(`/live/${root.dataset.workspace}?since=${last}`);
  source.addEventListener("change", (event) => {
    last = event.lastEventId;
    heard(JSON.parse(event.data));
  });
  source.addEventListener("reset", (event) => {
    last = event.lastEventId;
    draw();
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

function heard(change) {
  if (change.scope && change.scope !== picture()?.dataset.product) return;
  draw(change);
}

/** Several changes at once are one drawing. */
function draw(change) {
  clearTimeout(pending);
  pending = setTimeout(async () => {
    await refresh();
    const panel = document.querySelector("#item-panel");
    const open = panel?.dataset.pk;
    if (open && (!change || change.touches?.includes(open))) await redrawPanel(panel);
  }, 60);
}

async function redrawPanel(panel) {
  if (document.querySelector("dialog[open]")) return;
  await htmx.ajax("GET", panel.dataset.url, { target: "#item-panel", swap: "outerMorph" });
  // A choice is sent when it is made, so none is being typed; a browser keeps showing the one made before.
  for (const field of document.querySelectorAll("#item-panel .inline-edit select")) {
    const option = field.querySelector("option[selected]");
    if (option) field.value = option.value;
  }
}

document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
window.addEventListener("pagehide", disconnect);
window.addEventListener("pageshow", connect);
window.addEventListener("online", () => {
  disconnect();
  connect();
});
window.addEventListener("offline", () => toast({ text: "The connection is lost; this page catches up when it is back.", tone: "bad" }));
connect();
