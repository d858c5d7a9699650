/** Single keys do what the element with that `data-key` does; not while something is typed or a dialog is open. */
import { tinykeys } from "tinykeys";

function press(event, key) {
  if (event.target.matches?.("input, select, textarea, [contenteditable]") || document.querySelector("dialog[open]")) return;
  const element = document.querySelector(`[data-key="${key}"]`);
  if (!element) return;
  event.preventDefault();
  if (element.matches("input")) element.focus();
  else element.click();
}

tinykeys(window, Object.fromEntries(["c", "e", "/"].map((key) => [key, (event) => press(event, key)])));
