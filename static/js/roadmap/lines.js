/** The lines of a long table, of which only those around the screen are drawn. */
import { picture } from "./picture.js";

/** What is drawn, as the number of its first line, how many, and how many there are in all. */
export function drawn(table) {
  const { first, lines } = table.dataset;
  return { first: Number(first), count: table.tBodies[0].querySelectorAll(":scope > [data-line]").length, all: Number(lines) };
}

/** Whether there are lines that are not drawn. */
export function partly() {
  const table = picture()?.querySelector("table.sheet");
  if (!table) return false;
  const { count, all } = drawn(table);
  return count < all;
}

/** All lines as they are filtered and sorted: the number of each one's item, 0 for a heading; none where no answer comes. */
export async function allLines() {
  try {
    const answer = await fetch(`${location.pathname}lines/${location.search}`, { headers: { Accept: "application/json" } });
    return answer.ok ? (await answer.json()).lines : [];
  } catch {
    return [];
  }
}
