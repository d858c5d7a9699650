/** Lanes and columns: what being in one means; and of the timeline where one is, and which is marked as the place to drop. */
export const nameOf = (lane) => lane.getAttribute("aria-label");
export const meaning = (lane) => (lane?.dataset.sets ? { [lane.dataset.sets]: lane.dataset.value } : {});
export const grouping = (lane) => ({ group: lane.closest("[data-group]").dataset.group });
/** What a move out of a lane says of it: of a field the version tells what was seen, of goals and milestones the lane does. */
export const seenIn = (lane) => (["goal", "milestone"].includes(lane?.dataset.sets) ? { seen: lane.dataset.value, ...grouping(lane) } : {});

export function mark(lane) {
  for (const marked of document.querySelectorAll(".lane.drop, .tray.drop")) if (marked !== lane) marked.classList.remove("drop");
  lane?.classList.add("drop");
}

const holds = (element, y) => {
  const { top, bottom } = element.getBoundingClientRect();
  return y >= top && y < bottom;
};

/** The lane at a height of the box, where being in it means something and it is not the one called home. */
export function over(y, home = null) {
  const within = holds(document.querySelector(".tl"), y); // lanes go on below it, where they are not seen
  const lane = within && [...document.querySelectorAll(".lane")].find((each) => holds(each, y));
  const found = lane && lane !== home && lane.dataset.sets ? lane : null;
  mark(found);
  return found;
}

/** The parking lot, where it is at a height of the screen. */
export function trayAt(y) {
  const tray = document.querySelector(".tray");
  if (!tray || !holds(tray, y)) return null;
  mark(tray);
  return tray;
}

/** The lane above or below, for keys. */
export function beside(lane, step) {
  const lanes = [...document.querySelectorAll(".lane")];
  const found = lanes[lanes.indexOf(lane) + step];
  return found?.dataset.sets ? found : null;
}

/** The lane at a place of the screen. */
export const laneAt = (x, y) => document.elementsFromPoint(x, y).find((each) => each.matches(".lane")) ?? null;
