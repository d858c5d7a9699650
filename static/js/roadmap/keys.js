/** Single keys do what the element with that `data-key` does. */
import { onKeys } from "shell/keys";

const WORDS = { c: "New item", e: "Edit the item that is open", v: "Saved views", "/": "Find on this roadmap" };
const element = (key) => document.querySelector(`[data-key="${key}"]`);

function press(key) {
  const found = element(key);
  if (found?.matches("input")) found.focus();
  else found?.click();
  if (found?.matches("summary")) found.focus(); // the arrows go on from there
  return Boolean(found);
}

for (const [key, words] of Object.entries(WORDS)) onKeys({ [key]: words }, press, () => Boolean(element(key)));
