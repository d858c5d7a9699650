/** Cards move between and within the columns of the board; the menu on each card does the same by keyboard. */
import Sortable from "sortablejs";
import { editable, refresh, say, send } from "./picture.js";

async function dropped({ item, to }) {
  const values = to.dataset.sets ? { [to.dataset.sets]: to.dataset.value } : {};
  const before = item.previousElementSibling?.dataset.item;
  const after = item.nextElementSibling?.dataset.item;
  if (before) values.after = before;
  else if (after) values.before = after;
  const taken = await send(item.dataset.item, "move", values);
  if (taken) say(taken.text, taken);
  await refresh();
}

function prepare() {
  if (!editable()) return;
  for (const column of document.querySelectorAll(".cards-list:not([data-sortable])")) {
    column.dataset.sortable = "";
    Sortable.create(column, { group: "board", animation: 120, forceFallback: true, fallbackTolerance: 4, filter: ".menu", preventOnFilter: false, onEnd: dropped });
  }
}

document.addEventListener("htmx:after:swap", prepare);
prepare();
