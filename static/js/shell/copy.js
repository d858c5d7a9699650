/** `data-copy="#id"` copies that element's text or value; `data-copy-text` copies its own text; `data-print` prints the page. */
import { toast } from "shell/toasts";
import { gettext } from "words";

function text(button) {
  if (button.dataset.copyText) return button.dataset.copyText;
  const source = document.querySelector(button.dataset.copy);
  return source?.value ?? source?.textContent.trim() ?? "";
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-text]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(text(button));
    toast({ text: gettext("Copied.") });
  } catch {
    toast({ text: gettext("The browser did not allow copying; select the text instead."), tone: "bad" });
  }
});

document.addEventListener("click", (event) => event.target.closest("[data-print]") && window.print());
