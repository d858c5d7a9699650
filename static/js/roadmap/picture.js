/** The roadmap's part of the page: fetching it anew, and sending edits with the answers they may get. */
import htmx from "htmx.org";
import { signedOut } from "shell/answers";
import { toast } from "shell/toasts";
import { gettext } from "words";

export const picture = () => document.getElementById("roadmap");
export const editable = () => picture()?.hasAttribute("data-edit");

let running = null;
let due = 0; // the number of the change that the next drawing is to show

let wanted = null; // the line from which a long table is to be drawn next
let next = null; // the address that is to be drawn next, where it is another

const shown = () => Number(picture()?.dataset.live ?? 0);

let hand = null; // while something is dragged: a promise of its end

/** Draw nothing while something is dragged: it would be taken out of the hand. Returns what ends that. */
export function inHand() {
  let letGo;
  hand = new Promise((done) => {
    letGo = () => {
      hand = null;
      done();
    };
  });
  return letGo;
}

/** What to fetch of an address: the rows that were scrolled to in the same view; of a long table, the lines on the screen. */
function query(address) {
  const url = new URL(address, location);
  const { rows, view } = picture().dataset;
  const line = wanted ?? Number(picture().querySelector("table.sheet")?.dataset.first ?? 0);
  if (line) url.searchParams.set("line", line);
  if (rows && view === (url.searchParams.get("view") ?? "timeline")) url.searchParams.set("rows", rows);
  return url.pathname + url.search;
}

/** Draw a long table from another line on. */
export function drawFrom(line) {
  if (line === wanted) return running;
  wanted = line;
  return refresh();
}

/** Draw another address of the roadmap in its place, a long table from that line on; the way back draws this one again. */
export function visit(address, line = wanted) {
  [next, wanted] = [new URL(address, location).href, line];
  return refresh();
}

async function draw() {
  let missed = false;
  const still = () => !(missed = Boolean(hand));
  do {
    await hand;
    [due, missed] = [0, false];
    const [line, address] = [wanted, next];
    const kept = address && { [address === location.href ? "replace" : "push"]: address };
    await htmx.ajax("GET", query(address ?? location), { target: "#roadmap", swap: "outerMorph", still, quiet: !address, ...kept });
    if (missed) continue;
    if (line === wanted) wanted = null;
    if (address === next) next = null;
  } while (missed || due > shown());
}

/**
 * Draw the roadmap anew from the server; what is being typed stays. Calls while one is under way become one more, and all wait
 * for the last: of two requests of the page at once htmx would drop one. Given the number of a change, nothing is drawn
 * that shows it already; nor on the page of one item, which has no picture.
 */
export function refresh(seq = Infinity) {
  if (running) due = Math.max(due, seq);
  else if (picture() && seq > shown()) running = draw().finally(() => (running = null));
  return running;
}

export const itemAddress = (number, verb = "") => {
  const [room] = location.pathname.match(/^\/w\/[^/]+\/p\/[^/]+\//);
  return `${room}items/${number}/${verb && `${verb}/`}`;
};

/** Post an edit of an item; as `sendTo`. */
export const send = (number, verb, values) => sendTo(itemAddress(number, verb), values);

/** Post an edit; resolves to what the server says of it (`text`, `undo`, `form`), or to false. Its questions open in the dialog. */
export async function sendTo(address, values) {
  const token = JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST",
      headers: { "X-CSRFToken": token, "HX-Request": "true" },
      body: new URLSearchParams(values),
    });
  } catch {
    toast({ text: gettext("No answer from the server. The item is where it was."), tone: "bad" });
    return false;
  }
  if (signedOut(answer)) return false;
  if (answer.ok) return JSON.parse(answer.headers.get("HX-Trigger") ?? "{}").toast ?? {};
  const text = await answer.text();
  if (answer.headers.get("HX-Retarget") === "#dialog") htmx.swap({ text, target: "#dialog", swap: "innerHTML" });
  else toast({ text: reason(text) ?? gettext("That was refused (%(status)s). The item is where it was.", { status: answer.status }), tone: "bad" });
  return false;
}

/** Why something was refused: what the form or the page that came back says. */
function reason(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return page.querySelector(".errors li, .errors, [data-reason]")?.textContent.trim();
}

const heard = Object.assign(document.createElement("p"), { id: "shown", className: "visually-hidden", role: "status" });
document.body.append(heard);

/** Say to screen readers what is shown now, as a new page would by its title. */
export function announce(words) {
  heard.textContent = words;
}

/** Say what was done, to those who listen and those who look, with the ways back and on that the server gave. */
export function say(text, { undo, form } = {}) {
  if (text) toast({ text, undo, form });
}

// More rows, asked for by scrolling to the end of these: they come when the hand is free.
document.addEventListener("htmx:before:swap", (event) => {
  const { sourceElement } = event.detail.ctx;
  if (!hand || !sourceElement?.matches?.(".more")) return;
  event.preventDefault();
  hand.then(() => sourceElement.click());
});
document.addEventListener("roadmap:changed", ({ detail }) => refresh(detail.seq));
