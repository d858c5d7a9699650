/** What a move of a bar writes, and what is said of it. */
import { gettext } from "words";
import { meaning, nameOf } from "./lanes.js";
import { refresh, say, send } from "./picture.js";
import { dates, parse, span } from "./when.js";

/**
 * Write where a bar that said `was` went, by so many days and into a lane, with what its own lane said. Where nothing was to be
 * written or it was refused, `putBack` is called, before the picture is drawn anew: it may have moved meanwhile.
 */
export async function save(was, days, grip, { lane = null, seen = {} } = {}, putBack = () => {}) {
  const to = dates(was, days, grip);
  const moved = to && (to.start !== was.start || to.end !== was.end);
  if (!moved && !lane) {
    putBack();
    return;
  }
  const { item, granularity, version, title } = was;
  const values = { version, ...(moved && { ...to, granularity }), ...(lane && { ...meaning(lane), ...seen }) };
  const taken = await send(item, lane ? "move" : "edit", values);
  const when = moved ? span(parse(to.start), parse(to.end)) : "";
  if (!taken) putBack();
  else say(`${title}: ${when}${moved && lane ? ", " : ""}${lane ? nameOf(lane) : ""}`, taken);
  await refresh(taken.seq);
}

/** Take a bar's dates away. */
export async function park(was, putBack) {
  const taken = await send(was.item, "edit", { version: was.version, start: "", end: "", granularity: "" });
  if (!taken) putBack();
  else say(`${was.title}: ${gettext("Parking lot")}`, taken);
  await refresh(taken.seq);
}
