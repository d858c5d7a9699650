/** Ctrl or Cmd with Z takes back what one did last on this roadmap, with Shift too it is done again; never while something is typed. */
import htmx from "htmx.org";
import { tinykeys } from "tinykeys";
import { editable } from "./picture.js";

const product = () => location.pathname.match(/^\/w\/[^/]+\/p\/[^/]+\//)[0];

function post(verb) {
  return (event) => {
    const typing = event.target.matches?.("input:not([type=checkbox]), select, textarea, [contenteditable]");
    if (typing || event.repeat || !editable() || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    htmx.ajax("POST", `${product()}${verb}/`, { source: "#toasts", swap: "none" });
  };
}

tinykeys(window, { "$mod+z": post("undo"), "$mod+Shift+z": post("redo") });
