/** Single keys do what the element with that `data-key` does. */
import { onKeys } from "shell/keys";

onKeys({ c: "New item", e: "Edit the item that is open", "/": "Find on this roadmap" }, (key) => {
  const element = document.querySelector(`[data-key="${key}"]`);
  if (element?.matches("input")) element.focus();
  else element?.click();
  return Boolean(element);
});
