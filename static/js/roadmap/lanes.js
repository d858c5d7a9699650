/** The lanes of the timeline: where one is, what being in it means, and which is marked as the place to drop. */
export const nameOf = (lane) => lane.getAttribute("aria-label");
export const meaning = (lane) => (lane?.dataset.sets ? { [lane.dataset.sets]: lane.dataset.value } : {});

export function mark(lane) {
  for (const marked of document.querySelectorAll(".lane.drop")) if (marked !== lane) marked.classList.remove("drop");
  lane?.classList.add("drop");
}

/** The lane at a height of the screen, where being in it means something and it is not the one called home. */
export function over(y, home = null) {
  const lane = [...document.querySelectorAll(".lane")].find((each) => {
    const { top, bottom } = each.getBoundingClientRect();
    return y >= top && y < bottom;
  });
  const found = lane && lane !== home && lane.dataset.sets ? lane : null;
  mark(found);
  return found;
}

/** The lane above or below, for keys. */
export function beside(lane, step) {
  const lanes = [...document.querySelectorAll(".lane")];
  const found = lanes[lanes.indexOf(lane) + step];
  return found?.dataset.sets ? found : null;
}

/** The lane at a place of the screen. */
export const laneAt = (x, y) => document.elementsFromPoint(x, y).find((each) => each.matches(".lane")) ?? null;
