/**
 * The one dialog. Whatever htmx swaps into #dialog opens it, an empty answer closes it. `data-close` closes it;
 * so do Escape, a click beside it, and the event `dialog:close` (HX-Trigger: dialog:close). `data-confirm` asks first.
 */
import { gettext } from "words";

const dialog = () => document.getElementById("dialog");
let opener = null;

function open() {
  const host = dialog();
  if (!host.open) {
    opener = document.activeElement;
    host.showModal();
  }
  const first = ["[aria-invalid=true]", "[autofocus]", "input:not([type=hidden])", "select", "textarea", ".btn.pri"];
  first.map((each) => host.querySelector(each)).find(Boolean)?.focus();
}

export function close() {
  const host = dialog();
  if (host.open) host.close();
}

function emptied() {
  dialog().replaceChildren();
  if (opener?.isConnected) opener.focus();
  opener = null;
}

function build(text, label, tone) {
  const box = Object.assign(document.createElement("div"), { className: "dialog" });
  const question = Object.assign(document.createElement("p"), { id: "dialog-title", textContent: text });
  const bar = Object.assign(document.createElement("footer"), { className: "actions" });
  const no = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: gettext("Cancel") });
  const yes = Object.assign(document.createElement("button"), { type: "button", className: `btn pri ${tone}`, textContent: label });
  no.dataset.close = yes.dataset.close = "";
  no.autofocus = tone === "danger"; // Enter by habit destroys nothing
  bar.append(no, yes);
  box.append(question, bar);
  return { box, yes };
}

/** Ask a yes-or-no question in the dialog; resolves to true only when the named button was pressed. */
export function ask(text, { label = gettext("Continue"), tone = "" } = {}) {
  const host = dialog();
  const { box, yes } = build(text, label, tone);
  return new Promise((resolve) => {
    let agreed = false;
    yes.addEventListener("click", () => (agreed = true));
    if (host.open) host.close();
    host.replaceChildren(box);
    host.addEventListener("close", () => resolve(agreed), { once: true });
    open();
  });
}

const asked = (element) =>
  ask(element.dataset.confirm, { label: element.dataset.confirmLabel, tone: element.dataset.confirmTone ?? "danger" });

// A plain form or button: stop it, ask, and send it again.
document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    const source = event.submitter?.dataset.confirm ? event.submitter : form;
    if (!source.dataset.confirm || form.dataset.agreed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    if (!(await asked(source))) return;
    form.dataset.agreed = "1";
    form.requestSubmit(submitter?.isConnected ? submitter : undefined);
    delete form.dataset.agreed;
  },
  true,
);

// An element that htmx sends: hx-confirm in our own dialog instead of the browser's.
document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  event.preventDefault();
  const { confirmLabel, confirmTone } = ctx.sourceElement.dataset;
  ask(ctx.confirm, { label: confirmLabel, tone: confirmTone ?? "danger" }).then((yes) => (yes ? issueRequest() : dropRequest()));
});

document.addEventListener("click", (event) => {
  const host = dialog();
  if (event.target === host || event.target.closest("dialog [data-close]")) {
    if (event.target.closest("a")) event.preventDefault();
    close();
  }
});
document.addEventListener("dialog:close", close);
document.addEventListener("close", (event) => event.target === dialog() && emptied(), true);
new MutationObserver(() => (dialog().querySelector(":scope > *") ? open() : close())).observe(dialog(), { childList: true });
