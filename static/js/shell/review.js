/**
 * The walk of a review by keys: each presses the button or link with that `data-walk`. The address names the item at which
 * the walk stands, so that what others do meanwhile redraws this one.
 */
import { onKeys } from "shell/keys";
import { gettext } from "words";

const walk = () => document.getElementById("walk");
const button = (key) => walk()?.querySelector(`[data-walk="${key}"]`);
let meant = "k";

function press(key) {
  const element = button(key);
  if (!element) return false;
  const note = walk().querySelector("textarea");
  if (key === "d" && !note.value.trim()) {
    meant = key;
    note.focus();
  } else {
    meant = "k";
    element.click();
  }
  return true;
}

/** While the word is written: with what was meant when it was begun. */
function send(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches?.("#walk textarea")) return;
  event.preventDefault();
  const key = meant;
  meant = "k";
  button(key)?.click();
}

function name() {
  const address = walk()?.dataset.address;
  if (address && address !== location.pathname + location.search) history.replaceState(history.state, "", address);
}

const KEYS = { k: gettext("Keep the item"), c: gettext("Change it"), d: gettext("Drop it"), ArrowLeft: gettext("The item before"), ArrowRight: gettext("The next item") };
onKeys(KEYS, press, () => Boolean(walk()));
document.addEventListener("keydown", send); // onKeys leaves out what is typed into a field
document.addEventListener("htmx:after:swap", name);
name();
