/** Ctrl or Cmd with Z takes back what one did last on this roadmap, with Shift too it is done again; never while something is typed. */
import htmx from "htmx.org";
import { onKeys } from "shell/keys";
import { gettext } from "words";
import { editable } from "./picture.js";

const mayEdit = () => editable() || Boolean(document.querySelector("#item-panel .inline-edit")); // of an item's own page
const product = () => location.pathname.match(/^\/w\/[^/]+\/p\/[^/]+\//)[0];

function post(verb, event) {
  if (event.repeat || !mayEdit()) return false;
  htmx.ajax("POST", `${product()}${verb}/`, { source: "#toasts", swap: "none" });
  return true;
}

onKeys({ "$mod+z": gettext("Undo what you did last") }, (_, event) => post("undo", event), mayEdit);
onKeys({ "$mod+Shift+z": gettext("Do it again"), "$mod+y": gettext("Do it again") }, (_, event) => post("redo", event), mayEdit);
