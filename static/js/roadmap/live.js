/** What others do on the roadmap: the picture is drawn anew, and the open panel when its item was touched. */
import htmx from "htmx.org";
import { follow } from "shell/stream";
import { again } from "./again.js";
import { flashing } from "./flash.js";
import { picture, refresh, say, sendTo } from "./picture.js";

async function draw(touched, seq, others) {
  const flash = flashing();
  await refresh(seq);
  if (others) flash();
  const panel = document.querySelector("#item-panel");
  const open = panel?.dataset.pk;
  if (open && (!touched || touched.has(open))) await redrawPanel(panel);
}

let owed = false; // the panel shows what is no longer so, or a choice that was not taken
const unsent = new Map(); // choices in the panel that no answer came to: address and field -> what to send where

async function redrawPanel(panel) {
  if (document.querySelector("dialog[open]")) {
    owed = true;
    return;
  }
  owed = false;
  const { url } = panel.dataset;
  const still = () => document.querySelector("#item-panel")?.dataset.url === url; // and no other was opened meanwhile
  await htmx.ajax("GET", url, { source: "#panel", target: "#item-panel", swap: "outerMorph", still });
  showSaved();
}

/** A choice is sent when it is made, so none is being typed; a browser keeps showing one that was not taken. */
function showSaved() {
  for (const field of document.querySelectorAll("#item-panel .inline-edit select")) {
    const option = field.querySelector("option[selected]");
    if (option) field.value = option.value;
  }
}

function settle() {
  const panel = document.querySelector("#item-panel");
  if (owed && panel) redrawPanel(panel);
}

/** Send what was chosen while no answer came; where somebody else chose meanwhile, the dialog asks. */
async function catchUp() {
  if (!unsent.size) return;
  for (const [key, { action, values }] of unsent) {
    unsent.delete(key);
    const taken = await sendTo(action, values);
    if (taken) say(taken.text, taken);
  }
  await refresh();
  owed = true;
  settle();
}

const soonAgain = again(catchUp);
const chosenIn = (ctx) => ctx?.sourceElement?.closest?.("#item-panel .inline-edit");

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  const form = chosenIn(ctx);
  if (!form || ctx.response) return;
  const action = form.getAttribute("action");
  unsent.set(`${action} ${form.querySelector("select").name}`, { action, values: Object.fromEntries(new FormData(form)) });
  soonAgain();
});
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (!chosenIn(ctx) || ctx.response.status < 400) return;
  if (ctx.response.headers.get("HX-Retarget")) owed = true;
  else showSaved();
});
document.addEventListener("htmx:after:swap", () => (owed ||= Boolean(document.querySelector("#dialog [data-stale]"))));
document.addEventListener("close", (event) => event.target.id === "dialog" && setTimeout(settle), true);
follow(picture, draw);
