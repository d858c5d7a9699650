/**
 * The editor of one cell, above the table so that drawing it anew takes nothing away: a line of text, a number, a date, or a
 * choice that is narrowed by typing. Enter saves and goes down, Tab to the right, Escape leaves the cell as it was.
 */
import { toast } from "shell/toasts";
import { gettext } from "words";
import { cellAt, go, move, sheet, textOf, valueOf } from "./grid.js";
import { drop, jobOf, on, save } from "./pending.js";

const HINTS = {
  period: gettext("Q4 2026, Oct – Dec 2026, 19 Dec 2026, or empty for the parking lot"),
  day: gettext("2026-12-19, 19 Dec 2026, Dec 2026 or Q4 2026"),
  item: gettext("The key or title of the item it is part of"),
};
const NOBODY = { person: gettext("Nobody"), goal: gettext("No goal"), health: gettext("Not said") };

let editor = null;

const make = (name, values = {}, ...within) => {
  const made = Object.assign(document.createElement(name), values);
  made.append(...within);
  return made;
};

/** What a column offers, as [value, words]; nothing where anything may be written. */
function offers({ name, kind }) {
  const all = JSON.parse(document.getElementById("cell-options")?.textContent ?? "{}");
  const found = all[kind === "choice" ? name : kind];
  if (!found) return null;
  const none = NOBODY[kind] ?? NOBODY[name];
  return none ? [["", none], ...found] : found;
}

function place() {
  if (!editor) return;
  const cell = cellAt(editor.number, editor.column.name);
  if (!cell) return;
  const { left, top, width, height } = cell.getBoundingClientRect();
  const { box, column } = editor;
  const wide = Math.max(width, column.kind === "number" ? 84 : 180);
  box.style.left = `${Math.max(4, Math.min(left, innerWidth - wide - 4))}px`;
  box.style.top = `${top}px`;
  box.style.width = `${wide}px`;
  box.style.setProperty("--cell", `${height}px`);
  box.classList.toggle("up", innerHeight - top < 260 && top > 300);
}

function narrow() {
  const { list, input, options, seeded } = editor;
  const words = input.value.trim().toLowerCase();
  const all = !words || (!seeded && !editor.touched);
  const found = options.filter(([, label]) => all || label.toLowerCase().includes(words));
  found.sort(([, one], [, two]) => Number(two.toLowerCase().startsWith(words)) - Number(one.toLowerCase().startsWith(words)) || 0);
  const shown = all ? options : found;
  list.replaceChildren(
    ...shown.map(([value, label], n) => make("li", { id: `cell-option-${n}`, role: "option", textContent: label })),
  );
  editor.shown = shown;
  const emptied = editor.touched && !words && options[0]?.[0] === "";
  const now = all && !emptied ? shown.findIndex(([value]) => value === editor.value) : 0;
  point(shown.length ? Math.max(0, now) : -1);
}

function point(n) {
  editor.pointed = n;
  for (const [place, option] of [...editor.list.children].entries()) option.setAttribute("aria-selected", String(place === n));
  const option = editor.list.children[n];
  option?.scrollIntoView({ block: "nearest" });
  if (option) editor.input.setAttribute("aria-activedescendant", option.id);
  else editor.input.removeAttribute("aria-activedescendant");
}

/** Open the editor on a cell; `seed` is the first letter that was typed, `job` what was refused before. */
function open({ cell, column, seed }) {
  close();
  const row = cell.parentElement;
  const number = row.dataset.row;
  const job = jobOf(number, column.name);
  const title = titleOf(row);
  const options = offers(column);
  const input = make("input", { className: "input", name: "value", autocomplete: "off", spellcheck: column.kind === "text" });
  input.setAttribute("aria-label", gettext("%(column)s of %(title)s", { column: column.words, title }));
  if (column.kind === "number") input.inputMode = "decimal";
  if (HINTS[column.kind]) input.placeholder = HINTS[column.kind];
  const note = make("div", { className: "note", id: "cell-note" });
  note.setAttribute("role", "alert");
  input.setAttribute("aria-describedby", note.id);
  const box = make("form", { className: "cell-editor" }, input);
  const value = valueOf(cell);
  editor = { box, input, note, column, number, title, options, value, seeded: seed !== undefined, touched: Boolean(job?.note), version: Number(row.dataset.version), pointed: -1, job };
  const text = options || column.kind === "title" ? textOf(cell) : value;
  input.value = seed ?? (job?.note ? job.typed : column.kind === "period" && !cell.dataset.value && cell.dataset.value !== undefined ? "" : text);
  if (column.kind === "day") box.append(calendar());
  if (options) box.append(listOf());
  box.append(note);
  document.body.append(box);
  place();
  input.focus();
  if (seed === undefined) input.select();
  if (options) narrow();
  if (job?.note) tell(job.note);
}

function listOf() {
  const list = make("ul", { id: "cell-list" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", editor.column.words);
  editor.list = list;
  const { input } = editor;
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "true", "aria-controls": list.id, "aria-autocomplete": "list" })) input.setAttribute(name, value);
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("li");
    if (!option) return;
    point([...list.children].indexOf(option));
    commit(0, 0);
  });
  return list;
}

/** A calendar for whoever points; by keys the date is written. */
function calendar() {
  const day = make("input", { type: "date", className: "day", tabIndex: -1, value: /^\d{4}-\d\d-\d\d$/.test(editor.value) ? editor.value : "" });
  day.setAttribute("aria-label", gettext("Choose a day"));
  day.addEventListener("change", () => {
    if (!editor || !day.value) return;
    editor.input.value = day.value;
    editor.touched = true;
    commit(0, 0);
  });
  return day;
}

function tell(html) {
  const { note, box, input } = editor;
  const found = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  note.replaceChildren(...(found?.childNodes ?? [html]));
  editor.now = Number(found?.dataset.version) || editor.version;
  input.setAttribute("aria-invalid", "true");
  box.classList.add("refused");
  if (found && "stale" in found.dataset) note.querySelector("[data-cell-keep]")?.focus();
  if (found && "asks" in found.dataset) note.querySelector("[name=reason]")?.focus();
}

/** What is written, as a value and the words that show it; null where nothing was changed. */
function written() {
  const { input, options, shown, pointed, value, seeded, touched, job } = editor;
  if (options) {
    const picked = shown[pointed];
    if (picked) return picked[0] === value && !job ? null : { value: picked[0], shown: picked[0] ? picked[1] : "" };
    return { value: input.value, shown: input.value };
  }
  if (!seeded && !touched && !job) return null;
  return input.value.trim() === value && !job ? null : { value: input.value, shown: input.value.trim() };
}

function commit(down, right, { version = editor.version } = {}) {
  const { number, column, title, note, options } = editor;
  const found = written();
  const reason = note.querySelector("[name=reason]")?.value ?? "";
  const typed = options && found ? found.shown : editor.input.value;
  leave(down, right);
  if (found) save({ number, column: column.name, words: column.words, title, version, reason, typed, ...found });
}

/** Close the editor and put the focus back into the grid, so many cells on. */
function leave(down, right) {
  const { number, column } = editor;
  close();
  const cell = cellAt(number, column.name);
  if (!cell) return;
  const all = [...sheet().tHead.rows[0].cells];
  go(cell.parentElement, all.findIndex((head) => head.dataset.column === column.name));
  if (down || right) move(down, right);
}

function close() {
  const gone = editor?.box;
  editor = null;
  gone?.remove();
}

function cancel() {
  const { job } = editor;
  leave(0, 0);
  if (job) drop(job);
}

function keys(event) {
  if (!editor || !editor.box.contains(event.target)) return;
  if (event.isComposing) return;
  const inNote = editor.note.contains(event.target);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") cancel();
  else if (event.key === "Enter" && !(inNote && event.target.matches("button"))) commit(event.shiftKey ? -1 : 1, 0, { version: editor.now ?? editor.version });
  else if (event.key === "Tab" && !inNote && !editor.box.matches(".refused")) commit(0, event.shiftKey ? -1 : 1);
  else if (step && editor.options && !inNote && editor.shown.length) point((editor.pointed + step + editor.shown.length) % editor.shown.length);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("keydown", keys, true);
document.addEventListener("input", (event) => {
  if (!editor || event.target !== editor.input) return;
  editor.touched = true;
  if (editor.options) narrow();
});
document.addEventListener("submit", (event) => {
  if (!editor || event.target !== editor.box) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
document.addEventListener("click", (event) => {
  if (!editor) return;
  if (event.target.closest("[data-cell-keep]")) commit(0, 0, { version: editor.now });
  else if (event.target.closest("[data-cell-drop]")) cancel();
});
// A press elsewhere saves, as in a spreadsheet; what was refused stays marked in its cell.
document.addEventListener("pointerdown", (event) => {
  if (!editor || editor.box.contains(event.target)) return;
  if (editor.box.matches(".refused") && !editor.touched) close();
  else commit(0, 0);
}, true);
document.addEventListener("scroll", place, true);
addEventListener("resize", place);
document.addEventListener("grid:ready", place);
document.addEventListener("grid:edit", (event) => open(event.detail));
const titleOf = (row) => row.querySelector(".title [data-t]").textContent;

/** Save a text that was pasted into a cell. */
export function saveText(row, { name, words, kind }, text) {
  if (!kind) {
    toast({ text: gettext("%(column)s is worked out and cannot be typed.", { column: words }), key: "cell" });
    return;
  }
  save({ number: row.dataset.row, column: name, words, title: titleOf(row), version: Number(row.dataset.version), typed: text, value: text, shown: text });
}

/** Clear a cell, where it may be empty. */
export function clearOne(row, column, cell) {
  if (!valueOf(cell)) return;
  if (!("clear" in sheet().querySelector(`thead [data-column="${column.name}"]`).dataset)) {
    toast({ text: gettext("%(column)s cannot be empty; write or choose something else.", { column: column.words }), key: "cell" });
    return;
  }
  saveText(row, column, "");
}

on("bumped", (number, seen, version) => {
  if (editor?.number === number && editor.version === seen) editor.version = version;
});
on("refused", (job) => {
  if (editor) return; // it stays marked until one comes back to it
  const cell = cellAt(job.number, job.column);
  const column = cell && { name: job.column, words: job.words, kind: sheet().querySelector(`thead [data-column="${job.column}"]`).dataset.kind };
  if (cell) open({ cell, column });
});
export const editing = () => Boolean(editor);
