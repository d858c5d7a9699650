/** What a move of a bar writes, and what is said of it. */
import { meaning, nameOf } from "./lanes.js";
import { refresh, say, send } from "./picture.js";
import { dates, parse, span } from "./when.js";

/** Write where a bar went, by so many days and into a lane; resolves to what the server says, or to false. */
export async function save(bar, days, grip, lane = null) {
  const to = dates(bar, days, grip);
  const moved = to && (to.start !== bar.dataset.start || to.end !== bar.dataset.end);
  if (!moved && !lane) return false;
  const { item, granularity, version, title } = bar.dataset;
  const values = { version, ...(moved && { ...to, granularity }), ...meaning(lane) };
  const taken = await send(item, lane ? "move" : "edit", values);
  const when = moved ? span(parse(to.start), parse(to.end)) : "";
  if (taken) say(`${title}: ${when}${moved && lane ? ", " : ""}${lane ? nameOf(lane) : ""}`, taken);
  await refresh(taken.seq);
  return taken;
}
