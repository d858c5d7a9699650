/** `form[data-seen]`: what its page lists as new counts as seen once the page is in front of somebody; the marks stay until the next look. */
const form = document.querySelector("form[data-seen]");

async function seen() {
  if (document.hidden) return;
  document.removeEventListener("visibilitychange", seen);
  const { ok } = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } });
  if (!ok) return;
  form.remove();
  document.querySelector('.nav[aria-current="page"] > b')?.remove();
}

if (form) {
  document.addEventListener("visibilitychange", seen);
  seen();
}
