/** Single keys that act: not while something is typed or a dialog is open, nor where a person switched them off. `?` lists them. */
import { tinykeys } from "tinykeys";
import { gettext } from "words";

const TYPED = "input:not([type=checkbox]), textarea, [contenteditable]"; // where Ctrl+Z is the browser's
const FIELDS = `${TYPED}, select`;
const OFF = "keys-off"; // kept in this browser, as the theme is
const CAPS = { Shift: gettext("Shift"), Space: gettext("Space bar"), Delete: gettext("Del") };
const NAMES = { ...CAPS, $mod: /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : gettext("Ctrl"), ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };
const known = [];

const named = (keys) => keys.split("+").map((key) => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key));
const single = (keys) => !keys.includes("$mod") && !keys.includes("Alt");

/** Whether keys belong to what is typed or asked just now. */
export const busy = (event, fields = FIELDS) => Boolean(event.target.matches?.(fields) || document.querySelector("dialog[open]"));

/** How keys are heard: also on a checkbox or a choice, which the library passes over by itself. */
export const HEARD = { ignore: (event) => event.repeat || event.isComposing };

function off() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false; // storage is closed to us
  }
}

/** Say what keys do that are heard elsewhere, `keys` as tinykeys has them, and whether they do it on the page as it stands. */
export const describe = (keys, words, here = () => true, press = null) => known.push({ keys, words, here, press });

/** What keys with Ctrl or Cmd do on the page as it stands: `{does, words, caps}`, for whoever looks for it by its words. */
export const deeds = () =>
  known
    .filter(({ keys, press, here }) => press && !single(keys) && keys.startsWith("$mod") && here())
    .map(({ keys, words, press }) => ({ does: () => press(keys, new KeyboardEvent("keydown")), words, caps: named(keys).join(" ") }));

/** Call `press(key, event)` for each of the keys (`{key: what it does}`); it returns whether the key did something `here`. */
export function onKeys(keys, press, here) {
  const heard = (event, key) => {
    if (!busy(event, single(key) ? FIELDS : TYPED) && !(single(key) && off()) && press(key, event)) event.preventDefault();
  };
  for (const [key, words] of Object.entries(keys)) describe(key, words, here, press);
  tinykeys(window, Object.fromEntries(Object.keys(keys).map((key) => [key, (event) => heard(event, key)])), HEARD);
}

const make = (name, values = {}, ...inside) => {
  const made = Object.assign(document.createElement(name), values);
  made.append(...inside);
  return made;
};
const caps = (keys) => named(keys).map((key) => make("kbd", { textContent: key }));

const row = ({ keys, words }) => make("div", {}, make("dt", {}, ...caps(keys)), make("dd", { textContent: words }));

function choice() {
  const box = make("input", { type: "checkbox", checked: !off() });
  box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "" : "1"));
  return make("label", { className: "check" }, box, ` ${gettext("Single keys act, in this browser")}`);
}

/** Show all keys of this page in the dialog. */
export function showKeys() {
  const close = make("button", { type: "button", className: "btn pri", textContent: gettext("Close") });
  close.dataset.close = "";
  const title = make("h2", { id: "dialog-title", textContent: gettext("Keys of this page") });
  const list = make("dl", { className: "keys" }, ...known.filter((each) => each.here()).map(row));
  const foot = make("footer", { className: "actions" }, choice(), close);
  document.getElementById("dialog").replaceChildren(make("div", { className: "dialog" }, make("header", {}, title), make("div", { className: "body" }, list), foot));
}

/** Ctrl or Cmd with Enter sends what is typed; a review's walk has its own. */
function sends(event) {
  const field = event.target;
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented || !field.matches?.("textarea") || field.closest("#walk")) return;
  event.preventDefault();
  field.form?.querySelector("button:not([type=button])")?.click(); // as its button does, which may ask first
}
document.addEventListener("keydown", sends);
describe("$mod+Enter", gettext("Send what is typed into a long field"), () => Boolean(document.querySelector("textarea")));
describe("$mod+k", gettext("Search, go anywhere, do anything"));
describe("?", gettext("Show the keys"));
// Some keyboards write it with Shift, some with other keys: what was written counts.
document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || busy(event) || off() || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  showKeys();
});
document.addEventListener("click", (event) => event.target.closest("[data-keys]") && showKeys());
