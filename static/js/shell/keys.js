/** Single keys that act: not while something is typed or a dialog is open. */
import { tinykeys } from "tinykeys";

const FIELDS = "input, select, textarea, [contenteditable]";

/** Call `press(key)` for each of the keys; it returns whether the key did something here. */
export function onKeys(keys, press) {
  const heard = (event, key) => {
    if (event.target.matches?.(FIELDS) || document.querySelector("dialog[open]")) return;
    if (press(key)) event.preventDefault();
  };
  tinykeys(window, Object.fromEntries(keys.map((key) => [key, (event) => heard(event, key)])));
}
