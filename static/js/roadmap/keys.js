/** Single keys do what the element with that `data-key` does. */
import { onKeys } from "shell/keys";
import { gettext } from "words";

const WORDS = { c: gettext("New item"), e: gettext("Edit the item that is open"), v: gettext("Saved views"), "/": gettext("Find on this roadmap") };
const element = (key) => document.querySelector(`[data-key="${key}"]`);

function press(key) {
  const found = element(key);
  if (found?.matches("input")) found.focus();
  else found?.click();
  if (found?.matches("summary")) found.focus(); // the arrows go on from there
  return Boolean(found);
}

for (const [key, words] of Object.entries(WORDS)) onKeys({ [key]: words }, press, () => Boolean(element(key)));
