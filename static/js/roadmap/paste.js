/**
 * Blocks of cells: copied as a spreadsheet takes them, pasted from one with a look first at what would change and what cannot be
 * placed, filled down, cut and cleared.
 */
import htmx from "htmx.org";
import { describe } from "shell/keys";
import { toast } from "shell/toasts";
import { gettext, ngettext } from "words";
import { activeCell, block, gridOn, textOf } from "./grid.js";
import { clearOne, saveText } from "./cell.js";

const here = (event) => gridOn() && activeCell() && (event.target === activeCell() || activeCell().contains(event.target) || document.activeElement === activeCell());
const quoted = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The chosen block as spreadsheets take it. */
const asText = (chosen) => chosen.rows.map((row) => chosen.cells(row).map(([, cell]) => quoted(textOf(cell))).join("\t")).join("\n");

const one = (chosen) => chosen.rows.length === 1 && chosen.columns.length === 1;

function copy(event) {
  const chosen = here(event) && block();
  if (!chosen?.rows.length || !chosen.columns.length) return;
  event.preventDefault();
  event.clipboardData.setData("text/plain", asText(chosen));
  toast({ text: ngettext("Copied %(count)s cell.", "Copied %(count)s cells.", chosen.rows.length * chosen.columns.length), key: "cell" });
}

/** Lay a text onto the block; one line without tabs onto one cell is an edit like any other. */
function lay(chosen, text) {
  const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  if (one(chosen) && !/[\t\n]/.test(plain)) {
    const [row] = chosen.rows;
    const [[column, cell]] = chosen.cells(row);
    if (plain) saveText(row, column, plain);
    else clearOne(row, column, cell);
    return;
  }
  const url = `${location.pathname.replace(/roadmap\/$/, "")}items/paste/`;
  const values = {
    text: plain,
    address: location.search,
    column: chosen.columns[0].name,
    line: chosen.rows[0].dataset.line,
    rows: chosen.rows.length,
    columns: chosen.columns.length,
  };
  htmx.ajax("POST", url, { target: "#dialog", swap: "innerHTML", values });
}

function paste(event) {
  const chosen = here(event) && block();
  if (!chosen?.rows.length || !chosen.columns.length) return;
  event.preventDefault();
  lay(chosen, event.clipboardData.getData("text/plain"));
}

/** The first row of the block goes into those below it, as in a spreadsheet. */
function fill(event) {
  if (event.key.toLowerCase() !== "d" || !(event.ctrlKey || event.metaKey) || event.altKey || !here(event)) return;
  const chosen = block();
  event.preventDefault();
  if (!chosen || chosen.rows.length < 2) {
    toast({ text: gettext("Choose the cell to copy and those below it, with Shift and the arrow."), key: "cell" });
    return;
  }
  lay(chosen, chosen.cells(chosen.rows[0]).map(([, cell]) => quoted(textOf(cell))).join("\t"));
}

function clear() {
  const chosen = block();
  if (!chosen?.rows.length) return;
  if (!one(chosen)) {
    lay(chosen, chosen.columns.map(() => "").join("\t"));
    return;
  }
  const [row] = chosen.rows;
  const [[column, cell]] = chosen.cells(row);
  clearOne(row, column, cell);
}

document.addEventListener("copy", copy);
document.addEventListener("cut", (event) => {
  copy(event);
  if (event.defaultPrevented) clear();
});
document.addEventListener("paste", paste);
document.addEventListener("keydown", fill);
document.addEventListener("grid:clear", clear);
describe("$mod+d", gettext("Fill the cells of the block with the first of them"), gridOn);
