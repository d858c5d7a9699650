/**
 * Who is here: a sign of life every few seconds, and at once when one goes into a field or leaves it. The others stand at the
 * top; at a field, or under the title of the open item, it says who is editing it.
 */
import htmx from "htmx.org";
import { gettext } from "words";

const EVERY = 5_000; // ms
const tab = Math.random().toString(36).slice(2, 14);
const host = () => document.getElementById("presence");
const [, room] = location.pathname.match(/^(\/w\/[^/]+\/p\/[^/]+\/)/) ?? [];
const numberOf = (form) => form?.getAttribute("action")?.match(/\/items\/(\d+)\//)?.[1] ?? "";
let soon = null;

function place() {
  const at = document.activeElement;
  const typing = at?.matches("input:not([type=hidden]), select, textarea") && numberOf(at.form);
  return { item: typing || document.getElementById("item-panel")?.dataset.item || "", field: typing ? at.name : "" };
}

const token = () => JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];
const said = (more) => new URLSearchParams({ tab, csrfmiddlewaretoken: token(), ...more });

async function beat() {
  clearTimeout(soon);
  soon = document.hidden ? null : setTimeout(beat, EVERY);
  if (document.hidden || !navigator.onLine) return;
  try {
    const answer = await fetch(`${room}presence/`, { method: "POST", body: said(place()), redirect: "error" });
    if (!answer.ok) return;
    const text = (await answer.text()).trim();
    if (host() && host().innerHTML.trim() !== text) htmx.swap({ text, target: "#presence", swap: "innerHTML" });
    mark();
  } catch {
    // The connection is away; the page says so elsewhere.
  }
}

/** Say at each field who is in it; what a drawing of the panel took away comes again. */
function mark() {
  const wanted = new Map();
  for (const { dataset } of host()?.querySelectorAll("[data-field]:not([data-field=''])") ?? []) {
    const fields = [...document.querySelectorAll(`[name="${dataset.field}"]:not([type=hidden])`)].filter((each) => numberOf(each.form) === dataset.item);
    const title = document.querySelector(`#item-panel[data-item="${dataset.item}"] #item-title`);
    if (fields.length) for (const each of fields) wanted.set(each, [...(wanted.get(each) ?? []), gettext("%(name)s is editing this", dataset)]);
    else if (title) wanted.set(title, [...(wanted.get(title) ?? []), gettext("%(name)s is editing %(label)s", dataset)]);
  }
  const kept = new Set();
  for (const [element, words] of wanted) {
    const text = words.join(", ");
    const next = element.nextElementSibling?.matches(".editing") ? element.nextElementSibling : null;
    const note = next ?? Object.assign(document.createElement("small"), { className: "editing" });
    if (note.textContent !== text) note.textContent = text;
    if (!next) element.after(note);
    kept.add(note);
  }
  for (const each of document.querySelectorAll(".editing")) if (!kept.has(each)) each.remove();
}

function shortly() {
  clearTimeout(soon);
  soon = setTimeout(beat, 200);
}

if (room && host()) {
  document.addEventListener("focusin", shortly);
  document.addEventListener("focusout", shortly);
  document.addEventListener("htmx:after:swap", (event) => event.detail?.ctx?.target?.id !== "presence" && mark());
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : beat()));
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", beat);
  window.addEventListener("online", beat);
  beat();
}

function leave() {
  navigator.sendBeacon(`${room}presence/`, said({ leave: "1" }));
}
