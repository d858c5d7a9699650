/**
 * What was written into cells on its way to the server: shown at once, saved one after the other, and rolled back with a word
 * where it was refused. Where no answer came it stays, marked, and is sent again when the connection is back. What others changed
 * meanwhile is asked about, never overwritten.
 */
import { signedOut } from "shell/answers";
import { toast } from "shell/toasts";
import { gettext } from "words";
import { again } from "./again.js";
import { refresh } from "./picture.js";
import { cellAt, rowOfItem } from "./grid.js";

const AWAY = [502, 503, 504]; // the server is not there just now

const waiting = []; // jobs in their order
const open = new Map(); // "number:column" -> the job that is on its way or was refused
const listeners = { refused: () => {}, bumped: () => {} };
let working = null;

const key = (number, column) => `${number}:${column}`;
export const on = (name, heard) => (listeners[name] = heard);
export const jobOf = (number, column) => open.get(key(number, column));

/** Show in its cell what was written, until the server's own drawing says it. */
function show(job) {
  const cell = cellAt(job.number, job.column);
  if (!cell) return;
  if (!job.before) job.before = [...cell.childNodes].map((each) => each.cloneNode(true));
  const words = cell.querySelector("[data-t]");
  if (words && job.shown) {
    words.textContent = job.shown;
    cell.querySelector(".face")?.remove();
  } else cell.textContent = job.shown;
  cell.classList.toggle("saving", !job.note);
  cell.classList.toggle("bad", Boolean(job.note));
  if (job.note) cell.setAttribute("aria-invalid", "true");
}

/** Put back what a cell said before. */
export function drop(job) {
  open.delete(key(job.number, job.column));
  const cell = cellAt(job.number, job.column);
  cell?.classList.remove("saving", "bad");
  cell?.removeAttribute("aria-invalid");
  if (cell && job.before) cell.replaceChildren(...job.before);
}

/** The version that was seen counts on with one's own edits, as long as nobody else's came between. */
function bump(job, version) {
  if (version !== job.version + 1) return;
  const seen = job.version;
  for (const each of waiting) if (each.number === job.number && each.version === seen) each.version = version;
  const row = rowOfItem(job.number);
  if (row && Number(row.dataset.version) === seen) row.dataset.version = version;
  listeners.bumped(job.number, seen, version);
}

async function post(job) {
  const { workspace, product } = location.pathname.match(/^\/w\/(?<workspace>[^/]+)\/p\/(?<product>[^/]+)\//).groups;
  const token = JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];
  return fetch(`/w/${workspace}/p/${product}/items/${job.number}/cell/`, {
    method: "POST",
    headers: { "X-CSRFToken": token, "HX-Request": "true" },
    body: new URLSearchParams({ column: job.column, value: job.value, version: job.version, reason: job.reason ?? "" }),
  });
}

function lost(job, why) {
  drop(job);
  const said = { column: job.words, title: job.title, why };
  toast({ text: gettext("%(column)s of %(title)s was not saved: %(why)s It is as it was.", said), tone: "bad" });
}

/** Keep what got no answer, marked in its cell. */
function hold(job) {
  job.held = true;
  job.note = gettext("No answer from the server. It is sent again when the connection is back.");
  show(job);
  const said = gettext("%(column)s of %(title)s is not saved yet.", { column: job.words, title: job.title });
  if (!job.told) toast({ text: `${said} ${job.note}`, tone: "bad", key: "cell" });
  job.told = true;
  soonAgain();
}

function sendHeld() {
  if (!navigator.onLine) return;
  for (const job of open.values()) {
    if (!job.held) continue;
    job.held = false;
    job.note = "";
    save(job);
  }
}

const soonAgain = again(sendHeld);

async function send(job) {
  let answer;
  try {
    answer = await post(job);
  } catch {
    answer = null;
  }
  if (!answer || AWAY.includes(answer.status)) {
    hold(job);
    return;
  }
  if (signedOut(answer)) {
    drop(job);
    return;
  }
  if (answer.ok) {
    open.delete(key(job.number, job.column));
    bump(job, (await answer.json()).version);
    const { undo, label, form, seq } = JSON.parse(answer.headers.get("HX-Trigger") ?? "{}").toast ?? {};
    toast({ text: `${job.title}: ${job.words} ${job.shown || gettext("cleared")}`, undo, label, form, key: "cell" });
    return seq;
  }
  if (answer.status === 409 || answer.status === 422) {
    job.note = await answer.text();
    show(job);
    listeners.refused(job);
    return;
  }
  const said = answer.status === 403 ? new DOMParser().parseFromString(await answer.text(), "text/html").body.textContent.trim() : "";
  lost(job, said ? said.replace(/\s+/g, " ").slice(0, 200) : gettext("the server answered %(status)s.", { status: answer.status }));
}

async function work() {
  while (waiting.length) {
    const seq = await send(waiting.shift());
    if (!waiting.length) await refresh(seq);
  }
}

/** Save what was written into a cell: `{number, column, value, shown, version, title, words, reason}`. */
export function save(job) {
  const before = open.get(key(job.number, job.column));
  if (before) job.before = before.before;
  open.set(key(job.number, job.column), job);
  show(job);
  waiting.push(job);
  working ??= work().finally(() => (working = null));
}

window.addEventListener("beforeunload", (event) => [...open.values()].some((job) => job.held) && event.preventDefault());
document.addEventListener("grid:ready", () => {
  for (const job of open.values()) {
    job.before = null;
    show(job);
  }
});
