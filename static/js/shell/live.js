/**
 * A page whose main part says `data-live` (the last change it shows) follows what others do: the stream says that something
 * changed, never what; the part then fetches itself anew. What is being typed, and what was folded open, stays.
 */
import htmx from "htmx.org";

const FIELDS = "input:not([type=hidden]), textarea, select";
const part = () => document.querySelector("[data-live]:not(#roadmap)");
let source = null;
let last = null;
let pending = null;

function connect() {
  const root = part();
  if (source || !root || document.hidden) return;
  last ??= root.dataset.live;
  source = new EventSource(`/live/${root.dataset.workspace}?since=${last}`);
  source.addEventListener("change", (event) => {
    last = event.lastEventId;
    const { scope } = JSON.parse(event.data);
    if (!scope || !part()?.dataset.product || scope === part().dataset.product) soon();
  });
  source.addEventListener("reset", (event) => {
    last = event.lastEventId;
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

/** Several changes at once are one drawing. */
function soon() {
  clearTimeout(pending);
  pending = setTimeout(draw, 60);
}

const nameOf = (field) => `${field.form?.getAttribute("action") ?? ""} ${field.name}`;
const folds = (root) => [...root.querySelectorAll("details")].map((each, n) => [each.id || `${n}`, each]);

async function draw() {
  const before = part();
  if (!before) return;
  const typed = new Map([...before.querySelectorAll(FIELDS)].filter((each) => each.value !== each.defaultValue).map((each) => [nameOf(each), each.value]));
  const open = new Set(folds(before).filter(([, each]) => each.open).map(([name]) => name));
  await htmx.ajax("GET", location.pathname + location.search, { target: `#${before.id}`, swap: "outerMorph" });
  const root = part();
  if (!root) return;
  for (const [name, each] of folds(root)) if (open.has(name)) each.open = true;
  for (const each of root.querySelectorAll(FIELDS)) {
    const value = typed.get(nameOf(each));
    if (value !== undefined && each.value !== value) each.value = value;
  }
  for (const slot of root.querySelectorAll("[hx-get][hx-trigger=load]")) {
    await htmx.ajax("GET", slot.getAttribute("hx-get"), { target: slot, swap: "innerHTML" });
  }
}

document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
window.addEventListener("pagehide", disconnect);
window.addEventListener("pageshow", connect);
window.addEventListener("online", () => {
  disconnect();
  connect();
});
connect();
