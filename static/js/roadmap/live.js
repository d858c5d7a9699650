/** What others do on the roadmap: the picture is drawn anew, and the open panel when its item was touched. */
import htmx from "htmx.org";
import { follow } from "shell/stream";
import { toast } from "shell/toasts";
import { gettext } from "words";
import { picture, refresh, say, send } from "./picture.js";

async function draw(touched, seq) {
  await refresh(seq);
  const panel = document.querySelector("#item-panel");
  const open = panel?.dataset.pk;
  if (open && (!touched || touched.has(open))) await redrawPanel(panel);
}

let owed = false; // the panel shows what is no longer so, or a choice that was not taken
const unsent = new Map(); // choices in the panel that no answer came to: address and field, what to send

async function redrawPanel(panel) {
  if (document.querySelector("dialog[open]")) {
    owed = true;
    return;
  }
  owed = false;
  const { url } = panel.dataset;
  const still = () => document.querySelector("#item-panel")?.dataset.url === url; // and no other was opened meanwhile
  await htmx.ajax("GET", url, { source: "#panel", target: "#item-panel", swap: "outerMorph", still });
  // A choice is sent when it is made, so none is being typed; a browser keeps showing the one made before.
  for (const field of document.querySelectorAll("#item-panel .inline-edit select")) {
    const option = field.querySelector("option[selected]");
    if (option) field.value = option.value;
  }
}

function settle() {
  const panel = document.querySelector("#item-panel");
  if (owed && panel) redrawPanel(panel);
}

/** Send what was chosen while the connection was away; where somebody else chose meanwhile, the dialog asks. */
async function catchUp() {
  for (const [key, { number, values }] of unsent) {
    unsent.delete(key);
    const taken = await send(number, "edit", values);
    if (taken) say(taken.text, taken);
  }
  await refresh();
  owed = true;
  settle();
}

document.addEventListener("htmx:error", (event) => {
  const { ctx } = event.detail;
  const form = ctx?.sourceElement?.closest?.("#item-panel .inline-edit");
  if (!form || ctx.response) return;
  const values = Object.fromEntries(new FormData(form));
  const { item } = form.closest("#item-panel").dataset;
  unsent.set(`${item} ${form.querySelector("select")?.name}`, { number: item, values });
});
document.addEventListener("htmx:after:swap", () => (owed ||= Boolean(document.querySelector("#dialog [data-stale]"))));
document.addEventListener("close", (event) => event.target.id === "dialog" && setTimeout(settle), true);
window.addEventListener("online", () => unsent.size && catchUp());
window.addEventListener("offline", () => toast({ text: gettext("The connection is lost; this page catches up when it is back."), tone: "bad" }));
follow(picture, draw);
