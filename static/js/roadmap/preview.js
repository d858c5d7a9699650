/** While a bar moves: where what waits for it would have to go, drawn in the rows before anything is written. */
import { place } from "./when.js";

const SVG = "http://www.w3.org/2000/svg";

let wanted = null; // {bar, end} last asked for
let asking = false;

function clear(but = () => false) {
  for (const each of document.querySelectorAll(".would")) if (!but(each)) each.remove();
}

function draw(pushes) {
  const drawn = new Set();
  for (const { number, start, end } of pushes) {
    const track = document.querySelector(`#item-${number} .track-row`);
    if (!track) continue;
    const ghost = track.querySelector(".would") ?? track.appendChild(document.createElementNS(SVG, "rect"));
    const [x, beyond] = [place(start), place(end) + 100 / Number(document.querySelector(".tl-grid").dataset.days)];
    const values = { class: "would", x: `${x}%`, width: `${beyond - x}%`, y: 6, height: 24, rx: 6 };
    for (const [name, value] of Object.entries(values)) ghost.setAttribute(name, value);
    drawn.add(ghost);
  }
  clear((ghost) => drawn.has(ghost));
}

async function ask() {
  asking = true;
  while (wanted && !wanted.asked) {
    const now = wanted;
    now.asked = true;
    const [, room] = location.pathname.match(/^(\/w\/[^/]+\/p\/[^/]+\/)/);
    try {
      const answer = await fetch(`${room}items/${now.bar.dataset.item}/dependants/?end=${now.end}`);
      if (answer.ok && wanted === now) {
        const { pushes } = await answer.json();
        draw(pushes);
        now.told(pushes.length);
      }
    } catch {
      // Without an answer there is no preview; the edit itself says when the server is away.
    }
  }
  asking = false;
}

/** Show what would have to move if the bar ended on that day; `told` is called with how many that is. */
export function preview(bar, end, told) {
  if (wanted?.bar === bar && wanted.end === end) return;
  wanted = { bar, end, told, asked: false };
  if (!asking) ask();
}

export function forgetPreview() {
  wanted = null;
  clear();
}
