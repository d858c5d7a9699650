/**
 * `form[data-read]`: a page counts as read once a hand was on it: a key, a press, a wheel or a real move of the pointer.
 * Programs that check links load pages and even run them, but have no hand.
 */
import { gettext } from "words";

const form = document.querySelector("form[data-read]");
const SIGNS = ["keydown", "pointerdown", "pointermove", "touchmove", "wheel"];
const SAID = { 204: gettext("Noted. Thank you for reading."), 409: gettext("The roadmap has changed since you opened this page. Reload it to see how.") };

async function read(event) {
  if (!event.isTrusted || document.hidden || (event.type === "pointermove" && !event.movementX && !event.movementY)) return;
  if (event.target instanceof Element && event.target.closest("form[data-read]")) return; // its button says so itself
  for (const sign of SIGNS) document.removeEventListener(sign, read);
  const values = new FormData(form);
  values.set("by", "script");
  const { status } = await fetch(form.action, { method: "POST", body: values });
  const words = form.querySelector("p");
  if (!words || !SAID[status]) return;
  words.textContent = SAID[status];
  form.querySelector("button")?.remove();
}

if (form) for (const sign of SIGNS) document.addEventListener(sign, read, { passive: true });
