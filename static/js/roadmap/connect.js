/**
 * Dependencies on the timeline: out of a bar's end a handle is dragged to the bar that waits for it. A click on the handle, or
 * `l` on the bar in focus, begins the same without dragging; the next bar that is clicked, or where Enter or `l` is pressed,
 * is what waits. A click on a line, or connecting the same two again, offers to remove it. Escape lets go.
 */
import { ask } from "shell/dialogs";
import { onKeys } from "shell/keys";
import { gettext } from "words";
import { editable, picture, refresh, say, send } from "./picture.js";

const SVG = "http://www.w3.org/2000/svg";
const ENDS = ".bar[data-item], [data-parked]";
const numberOf = (bar) => bar.dataset.item ?? bar.dataset.parked;
const barOf = (number) => picture()?.querySelector(`.bar[data-item="${number}"], [data-parked="${number}"]`);
const make = (name, values) => Object.assign(document.createElement(name), values);

const titles = (one, other) => ({ one: one?.dataset.title, other: other?.dataset.title });
const blocks = (one, other) => gettext("%(one)s blocks %(other)s", titles(one, other));
const movesWith = (one, other) => gettext("%(one)s moves with %(other)s", titles(one, other));

let wire = null; // {from: bar, dragged, line, hint}
let near = null; // the bar at which the handle is shown
let hiding = 0;

const handle = make("button", { type: "button", className: "handle", tabIndex: -1, hidden: true });

/** Show the handle at the end of a bar, unless that end is scrolled away. */
function show(bar) {
  clearTimeout(hiding);
  if (wire || !editable() || !bar) return;
  near = bar;
  const box = bar.getBoundingClientRect();
  const view = bar.closest(".tl").getBoundingClientRect();
  const x = Math.min(box.right, view.right - 26);
  const seen = document.elementFromPoint(Math.min(box.right, view.right) - 3, box.top + box.height / 2);
  handle.hidden = !bar.contains(seen);
  handle.setAttribute("aria-label", gettext("Connect %(title)s to what waits for it", bar.dataset));
  handle.style.translate = `${x}px ${box.top}px`;
  if (!handle.isConnected) document.body.append(handle);
}

function hide() {
  clearTimeout(hiding);
  handle.hidden = true;
  near = null;
}

/** After a drawing, also of what others did: the handle goes along with the bar under the pointer, or away. */
function stay() {
  const bar = near && barOf(numberOf(near));
  const pointed = bar?.matches(":hover, :focus-visible") || handle.matches(":hover");
  hide();
  if (pointed) show(bar);
}

const hideSoon = () => {
  clearTimeout(hiding);
  hiding = setTimeout(hide, 200);
};

/** Begin a line out of a bar's end; the hint says what to do next, and is heard. */
function begin(from, dragged) {
  const svg = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  svg.setAttribute("class", "wire");
  svg.setAttribute("aria-hidden", "true");
  svg.append(line);
  const hint = make("output", { className: "wire-hint" });
  document.body.append(svg, hint);
  wire = { from, dragged, svg, line, hint };
  from.classList.add("source");
  hide();
  if (!dragged) setTimeout(() => (hint.textContent = gettext("%(title)s: choose the bar that waits for it, by a click, or by Tab and Enter. Escape lets go.", from.dataset))); // a live region speaks when it changes, not when it comes
}

function draw(x, y, over) {
  for (const bar of document.querySelectorAll(".bar.target")) if (bar !== over) bar.classList.remove("target");
  over?.classList.add("target");
  const start = wire.from.getBoundingClientRect();
  const [x1, y1] = [start.right, start.top + start.height / 2];
  const bend = Math.max(24, Math.abs(x - x1) / 2);
  wire.line.setAttribute("d", `M${x1} ${y1}C${x1 + bend} ${y1} ${x - bend} ${y} ${x} ${y}`);
  if (wire.dragged) wire.hint.textContent = over ? blocks(wire.from, over) : gettext("Drop it on the bar that waits");
}

function letGo() {
  if (!wire) return;
  wire.svg.remove();
  wire.hint.remove();
  wire.from.classList.remove("source");
  for (const bar of document.querySelectorAll(".bar.target")) bar.classList.remove("target");
  wire = null;
}

/** The bar at a place of the screen, or of the row that is there. */
function barAt(x, y) {
  const at = document.elementFromPoint(x, y);
  const bar = at?.closest(ENDS) ?? at?.closest(".row[data-row]")?.querySelector(".bar[data-item]");
  return bar && bar !== wire.from ? bar : null;
}

const lineBetween = (one, other) =>
  picture().querySelector(`.hit[data-one="${one}"][data-other="${other}"], .hit[data-one="${other}"][data-other="${one}"]`);

async function join(to) {
  const { from } = wire;
  const [one, other] = [numberOf(from), numberOf(to)];
  const known = lineBetween(one, other);
  if (known) {
    letGo();
    await remove(known);
  } else {
    const taken = await send(one, "links", { other, kind: "blocks" });
    letGo();
    if (taken) say(blocks(from, to), taken);
    await refresh(taken.seq);
  }
  barOf(other)?.focus();
}

async function remove(hit) {
  const { one, other, kind, dependency } = hit.dataset;
  const words = (kind === "blocks" ? blocks : movesWith)(barOf(one), barOf(other));
  if (!(await ask(gettext("%(words)s. Remove this dependency?", { words }), { label: gettext("Remove"), tone: "danger" }))) return;
  const taken = await send(one, `links/${dependency}/remove`, {});
  if (taken) say(gettext("No longer: %(words)s", { words }), taken);
  await refresh(taken.seq);
}

/** The line at a place. Lines let clicks through to what is under them, so they are asked only where nothing else is. */
function lineAt(event) {
  const svg = document.querySelector("svg.dep");
  if (!svg || !editable() || !event.target.closest?.(".tl-rows") || event.target.closest("a, button")) return null;
  svg.classList.add("asked");
  const hit = document.elementFromPoint(event.clientX, event.clientY)?.closest(".hit");
  svg.classList.remove("asked");
  return hit ?? null;
}

function point(event) {
  if (wire) {
    if (wire.dragged || event.pointerType === "mouse") draw(event.clientX, event.clientY, barAt(event.clientX, event.clientY));
    return;
  }
  if (event.pointerType !== "mouse" || event.buttons || !picture()) return;
  const bar = event.target.closest?.(".bar[data-item]");
  if (bar) show(bar);
  else if (near && event.target !== handle && !handle.hidden) hideSoon();
  else if (event.target === handle) clearTimeout(hiding);
  const line = bar ? null : lineAt(event);
  for (const each of document.querySelectorAll(".hit.on")) if (each !== line) each.classList.remove("on");
  line?.classList.add("on");
}

function press(event) {
  if (event.target !== handle) hide(); // what is pressed may move away from it
  if (event.target !== handle || event.button !== 0 || !near) return;
  event.preventDefault();
  event.stopPropagation();
  handle.setPointerCapture(event.pointerId);
  begin(near, true);
  wire.at = [event.clientX, event.clientY];
}

function release(event) {
  if (!wire?.dragged) return;
  const { from, at } = wire;
  const clicked = Math.hypot(event.clientX - at[0], event.clientY - at[1]) < 4;
  const to = clicked ? null : barAt(event.clientX, event.clientY);
  if (to) {
    join(to);
  } else {
    letGo();
    if (clicked) {
      begin(from, false);
      from.focus();
    }
  }
}

/** A click while a line is held chooses the bar, and opens nothing; elsewhere it may be a click on a line. */
function click(event) {
  if (event.target === handle) return;
  if (wire && !wire.dragged) {
    event.preventDefault();
    event.stopImmediatePropagation();
    const to = barAt(event.clientX, event.clientY) ?? event.target.closest?.(ENDS);
    if (to && to !== wire.from) join(to);
    else letGo();
    return;
  }
  const line = lineAt(event);
  if (line) remove(line);
}

function keys(event) {
  if (!wire) return;
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopImmediatePropagation();
    letGo();
  } else if (event.key === "Enter" && !wire.dragged) {
    const to = event.target.closest?.(ENDS);
    event.preventDefault();
    if (to && to !== wire.from) join(to);
  }
}

function connect(_, event) {
  const bar = event.target.closest?.(ENDS);
  if (!bar) return false;
  if (!wire) begin(bar, false);
  else if (bar !== wire.from) join(bar);
  return true;
}

function focused(event) {
  const bar = event.target.closest?.(ENDS);
  if (wire && !wire.dragged) {
    const box = bar?.getBoundingClientRect();
    if (box && bar !== wire.from) draw(box.left, box.top + box.height / 2, bar);
  } else if (bar?.dataset.item && bar.matches(":focus-visible, .held")) show(bar);
}

onKeys({ l: gettext("Connect the bar in focus to what waits for it; again to take the line away") }, connect, () => editable() && Boolean(document.querySelector(".tl")));
document.addEventListener("pointermove", point);
document.addEventListener("pointerdown", press, true);
document.addEventListener("pointerup", release);
document.addEventListener("pointercancel", letGo);
document.addEventListener("click", click, true);
document.addEventListener("keydown", keys, true);
document.addEventListener("focusin", focused);
document.addEventListener("scroll", hide, true);
document.addEventListener("htmx:after:swap", () => wire && !wire.from.isConnected && letGo());
document.addEventListener("htmx:after:swap", stay);
