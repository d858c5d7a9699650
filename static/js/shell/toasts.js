/** Short messages at the bottom: from the page, from `HX-Trigger: {"toast": {...}}`, or from a module by `toast({text})`. */
import htmx from "htmx.org";
import { gettext } from "words";

const STAYS = 7000;
const region = () => document.getElementById("toasts");

/** Show one message. `undo` is an address to post to, `label` what its button says; `form` the address of the form that shifts what waits; `tone` "bad" stays until it is closed; one with a `key` takes the place of the one before. */
export function toast({ text, tone = "", undo = "", label = gettext("Undo"), form = "", key = "" }) {
  if (key) region().querySelector(`[data-toast="${key}"]`)?.remove();
  const box = document.createElement("div");
  box.className = `toast ${tone === "bad" || tone === "error" ? "bad" : ""}`.trim();
  box.dataset.toast = key;
  box.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (form) box.append(button(gettext("Shift what waits …"), { "hx-get": form, "hx-target": "#dialog" }));
  if (undo) box.append(button(label, { "hx-post": undo, "hx-swap": "none" }));
  const close = Object.assign(document.createElement("button"), { type: "button", className: "x", textContent: "×" });
  close.dataset.toastClose = "";
  close.setAttribute("aria-label", gettext("Close"));
  box.append(close);
  region().append(box);
  htmx.process(box);
}

function button(label, sends) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: label });
  made.dataset.toastClose = "";
  for (const [name, value] of Object.entries(sends)) made.setAttribute(name, value);
  return made;
}

/** Let a message go after a while, but never while someone points at it or reads it by keyboard. */
function expire(box) {
  if (box.dataset.timed || box.classList.contains("bad")) return;
  box.dataset.timed = "1";
  const wait = () => setTimeout(() => (box.matches(":hover, :focus-within") ? wait() : dismiss(box)), STAYS);
  wait();
}

function dismiss(box) {
  box.remove();
}

/** Only above an open dialog the region needs the top layer; elsewhere it stays as it is, so that screen readers hear it change. */
function raise() {
  const toasts = region();
  const above = document.querySelector("dialog[open]") && toasts.childElementCount > 0;
  if (toasts.matches(":popover-open")) toasts.hidePopover();
  if (above && toasts.showPopover) {
    toasts.popover = "manual";
    toasts.showPopover();
  } else {
    toasts.removeAttribute("popover");
  }
}

function settle() {
  for (const box of region().querySelectorAll("[data-toast]")) expire(box);
  raise();
}

document.addEventListener("toast", (event) => {
  const { text, value, tone, undo, label, form } = event.detail ?? {};
  toast({ text: text ?? value ?? "", tone, undo, label, form });
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-toast-close]");
  // After htmx has read the click of an Undo.
  if (button) setTimeout(() => dismiss(button.closest("[data-toast]")));
});
new MutationObserver(settle).observe(region(), { childList: true });
settle();
