/** What others do on the roadmap: the picture is drawn anew, and the open panel when its item was touched. */
import htmx from "htmx.org";
import { follow } from "shell/stream";
import { toast } from "shell/toasts";
import { picture, refresh } from "./picture.js";

async function draw(touched) {
  await refresh();
  const panel = document.querySelector("#item-panel");
  const open = panel?.dataset.pk;
  if (open && (!touched || touched.has(open))) await redrawPanel(panel);
}

async function redrawPanel(panel) {
  if (document.querySelector("dialog[open]")) return;
  await htmx.ajax("GET", panel.dataset.url, { source: "#panel", target: "#item-panel", swap: "outerMorph" });
  // A choice is sent when it is made, so none is being typed; a browser keeps showing the one made before.
  for (const field of document.querySelectorAll("#item-panel .inline-edit select")) {
    const option = field.querySelector("option[selected]");
    if (option) field.value = option.value;
  }
}

window.addEventListener("offline", () => toast({ text: "The connection is lost; this page catches up when it is back.", tone: "bad" }));
follow(picture, draw);
