/** What others changed flashes once: every drawing of an item whose version is another one than before. */
import { picture } from "./picture.js";

const LASTS = 1_400; // ms

const drawn = () => picture()?.querySelectorAll("[data-version]") ?? [];
const numberOf = ({ dataset: { item, row, parked, dot } }) => item ?? row ?? parked ?? dot;

/** Remember how all items are; the function that is returned flashes those that are different by then. */
export function flashing() {
  const before = new Map([...drawn()].map((each) => [numberOf(each), each.dataset.version]));
  return () => {
    const changed = [...drawn()].filter((each) => before.get(numberOf(each)) !== each.dataset.version);
    for (const each of changed) each.classList.add("flash");
    setTimeout(() => changed.forEach((each) => each.classList.remove("flash")), LASTS);
  };
}
