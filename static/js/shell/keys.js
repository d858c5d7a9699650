/** Single keys that act: not while something is typed or a dialog is open. */
import { tinykeys } from "tinykeys";

const FIELDS = "input:not([type=checkbox]), select, textarea, [contenteditable]";

/** Whether keys belong to what is typed or asked just now. */
export const busy = (event) => Boolean(event.target.matches?.(FIELDS) || document.querySelector("dialog[open]"));

/** Call `press(key, event)` for each of the keys; it returns whether the key did something here. */
export function onKeys(keys, press) {
  const heard = (event, key) => {
    if (!busy(event) && press(key, event)) event.preventDefault();
  };
  tinykeys(window, Object.fromEntries(keys.map((key) => [key, (event) => heard(event, key)])));
}
