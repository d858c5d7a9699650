/** Days and places: what a bar's dates become when it moves, and which day lies where on the screen. */
import { gettext } from "words";

const DAY = 86_400_000;
const MONTHS = { month: 1, quarter: 3, half: 6, year: 12 };
const MONTH = 365.2425 / 12; // days

export const iso = (date) => date.toISOString().slice(0, 10);
export const parse = (text) => new Date(`${text}T00:00:00Z`);
export const later = (date, days) => new Date(date.getTime() + days * DAY);
export const words = (date) => date.toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
export const grid = () => document.querySelector(".tl-grid");

/** Two days as one span of time. */
export const span = (first, final) => gettext("%(first)s to %(last)s", { first: words(first), last: words(final) });

/** How many days one step of the keys is: a day, or the length of a bar's period. */
export const step = (granularity) => (MONTHS[granularity] ?? 0) * MONTH || 1;

function shifted(date, days, granularity) {
  const months = MONTHS[granularity];
  if (!months) return later(date, Math.round(days));
  const steps = Math.round(days / (MONTH * months));
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + steps * months, Math.min(date.getUTCDate(), 28)));
}

/**
 * The first and last day of a bar after so many days, moved whole or stretched at one end; the server rounds to whole periods.
 * `was` is what the bar said: `{start, end, granularity}`.
 */
export function dates(was, days, grip) {
  const { start, end, granularity } = was;
  const first = grip === "end" ? parse(start) : shifted(parse(start), days, granularity);
  // Periods differ in length: the day after the end, which begins one, is what keeps its place in it.
  const final = grip === "start" ? parse(end) : later(shifted(later(parse(end), 1), days, granularity), -1);
  return final < first ? null : { start: iso(first), end: iso(final) };
}

/** The day at a place of the screen, or null beside the picture. */
export function dayAt(x) {
  const { left, width } = grid().querySelector(".cal-rows").getBoundingClientRect();
  if (x < left || x > left + width) return null;
  return later(parse(grid().dataset.first), Math.floor(((x - left) / width) * Number(grid().dataset.days)));
}

/** How wide a day is on the screen, in px. */
export const perDay = () => grid().querySelector(".cal-rows").getBoundingClientRect().width / Number(grid().dataset.days);

/** Where a day begins, in percent of the picture's width. */
export const place = (text) => ((parse(text) - parse(grid().dataset.first)) / DAY / Number(grid().dataset.days)) * 100;
