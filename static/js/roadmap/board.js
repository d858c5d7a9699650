/**
 * Cards move between and within the columns of the board: by mouse, by a finger that rests, or by Alt with the arrow keys on the
 * card in focus. Into another column a card that is chosen takes all chosen ones along. The menu on each card does the same
 * without script.
 */
import { describe } from "shell/keys";
import { gettext, ngettext } from "words";
import { grouping, meaning, seenIn } from "./lanes.js";
import { editable, itemAddress, picture, refresh, say, send, sendTo } from "./picture.js";
import { chosenNow } from "./select.js";
import { sortable } from "./sorting.js";

const titleOf = (card) => card.querySelector(".lead").textContent.trim();

/** What a card's place on the page says: the column it came into from another, and the card above or below. */
function placeOf(card, from) {
  const column = card.closest(".cards-list");
  const above = card.previousElementSibling?.dataset.item; // a column that is empty says so in an entry without one
  const below = card.nextElementSibling?.dataset.item;
  const other = column !== from;
  return {
    // Into a release it goes by its own rank: one edit, and one undo of it.
    values: {
      ...(other && { ...meaning(column), ...seenIn(from) }),
      ...(!(other && column.dataset.sets === "milestone") && (above ? { after: above } : below && { before: below })),
    },
    words: gettext("%(title)s: %(column)s, %(place)s of %(count)s", {
      title: titleOf(card), column: column.dataset.name, place: [...column.children].indexOf(card) + 1, count: column.children.length,
    }),
  };
}

const cardOf = (item) => picture()?.querySelector(`#card-${item}`);
const homes = new Map(); // cards that were moved, by number: the column and the card below where the server has them
const leaves = (card, home) => homes.has(card.dataset.item) || homes.set(card.dataset.item, home);

function putBack(item) {
  const [column, below] = homes.get(item) ?? [];
  const card = cardOf(item);
  if (card && column?.isConnected) column.insertBefore(card, below?.parentElement === column ? below : null);
}

/** Write where a card was put; it was moved on the page before, and a refusal puts it back, also where no drawing comes. */
async function write(item, { values, words }, letGo) {
  const { version } = cardOf(item).dataset;
  const taken = await send(item, "move", { ...values, version });
  // One's own move counts: the next one may come before this one is drawn.
  if (taken && ("horizon" in values || "status" in values)) cardOf(item).dataset.version = Number(version) + 1;
  letGo?.();
  if (taken) say(words, taken);
  else putBack(item);
  homes.delete(item);
  await refresh(taken.seq);
}

/** The cards that go along into another column: those that are chosen, where this one is among them, and are not there yet. */
function along(card, from) {
  const [column, chosen] = [card.closest(".cards-list"), chosenNow()];
  if (column === from || !chosen.includes(card.dataset.item)) return [];
  return chosen.map(cardOf).filter((each) => each && each !== card && each.parentElement !== column);
}

/** Put these behind a card on the page, each leaving its place as home. */
function follow(card, others) {
  let last = card;
  for (const each of others) {
    leaves(each, [each.parentElement, each.nextElementSibling]);
    last.after(each);
    last = each;
  }
}

/** Write that several cards were put into a column: one edit of all, with one undo; a refusal puts all back. */
async function writeAll(items, column, letGo) {
  const values = new URLSearchParams({ ...meaning(column), ...grouping(column) });
  for (const item of items) {
    values.append("items", item);
    values.append(`version-${item}`, cardOf(item).dataset.version);
    values.append(`seen-${item}`, homes.get(item)[0].dataset.value);
  }
  const taken = await sendTo(itemAddress("put"), values);
  letGo?.();
  const words = ngettext("%(count)s item: %(column)s", "%(count)s items: %(column)s", items.length, { column: column.dataset.name });
  if (taken) say(words, taken);
  else items.toReversed().forEach(putBack);
  for (const item of items) homes.delete(item);
  await refresh(taken.seq);
}

/** Write where a card was put that came from a column, with those that go along. */
function put(card, from, letGo) {
  const [{ item }, column, others] = [card.dataset, card.closest(".cards-list"), along(card, from)];
  follow(card, others);
  if (others.length) return () => writeAll([item, ...others.map((each) => each.dataset.item)], column, letGo);
  const place = placeOf(card, from); // as it is now: what is drawn meanwhile may put it back
  return () => write(item, place, letGo);
}

function prepare() {
  if (!editable()) return;
  for (const column of document.querySelectorAll(".cards-list:not([data-sortable])")) {
    if (!column.dataset.sets) continue;
    column.dataset.sortable = "";
    const moved = ({ item, from, oldIndex }, letGo) => {
      const others = [...from.children].filter((each) => each !== item);
      leaves(item, [from, others[oldIndex]]);
      return put(item, from, letGo)();
    };
    sortable(column, moved, { group: "board", draggable: ".item-card", fallbackTolerance: 4, filter: ".menu", preventOnFilter: false });
  }
}

/** Move a card by keys: up and down in its column, left and right to the column beside it. */
function move(card, key) {
  const from = card.closest(".cards-list");
  if (key === "ArrowUp" && card.previousElementSibling) card.previousElementSibling.before(card);
  else if (key === "ArrowDown" && card.nextElementSibling) card.nextElementSibling.after(card);
  else if (key === "ArrowLeft" || key === "ArrowRight") {
    const columns = [...document.querySelectorAll(".cards-list[data-sets]")].filter((each) => each.dataset.sets);
    const to = columns[columns.indexOf(from) + (key === "ArrowLeft" ? -1 : 1)];
    if (!to) return null;
    to.prepend(card);
  } else return null;
  return from;
}

let written = Promise.resolve();

function keys(event) {
  const card = event.target.closest?.(".item-card[data-item]");
  if (!card || !event.altKey || !editable()) return;
  const home = [card.parentElement, card.nextElementSibling];
  const from = card.closest(".cards-list").dataset.sets ? move(card, event.key) : null;
  if (!from) return;
  event.preventDefault();
  leaves(card, home);
  const { item } = card.dataset;
  const focus = () => cardOf(item)?.querySelector(".lead").focus();
  focus();
  written = written.then(put(card, from)).then(focus);
}

const here = () => editable() && Boolean(document.querySelector(".board"));
document.addEventListener("htmx:after:swap", prepare);
document.addEventListener("keydown", keys);
document.addEventListener("item:added", (event) => event.target.reset()); // the next one may be written at once
describe("Alt+ArrowDown", gettext("Move the card in focus down; ↑ up, ← and → to the column beside it"), here);
prepare();
