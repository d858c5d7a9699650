/**
 * Typed text outlives a lost session or a closed tab: `<form data-keep="item-12-comment">` keeps its text fields in this tab's
 * storage until the form was saved (any 2xx answer, or leaving by a plain submit).
 */
const PREFIX = "keep:";
const FIELDS = "textarea, input:not([type]), input[type=text], input[type=search], input[type=url]";
const key = (form) => PREFIX + form.dataset.keep;

function store(form) {
  const typed = {};
  for (const field of form.querySelectorAll(FIELDS)) {
    if (field.name && field.value !== field.defaultValue) typed[field.name] = field.value;
  }
  try {
    if (Object.keys(typed).length) sessionStorage.setItem(key(form), JSON.stringify(typed));
    else sessionStorage.removeItem(key(form));
  } catch {
    // Nothing can be kept here; the form still works.
  }
}

function restore(form) {
  let typed = {};
  try {
    typed = JSON.parse(sessionStorage.getItem(key(form)) ?? "{}");
  } catch {
    return;
  }
  form.dataset.kept = "1";
  for (const [name, value] of Object.entries(typed)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLElement && field.value === field.defaultValue) field.value = value;
  }
}

function forget(form) {
  try {
    sessionStorage.removeItem(key(form));
  } catch {
    // As above.
  }
}

const restoreAll = () => document.querySelectorAll("form[data-keep]:not([data-kept])").forEach(restore);

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-keep]");
  if (form) store(form);
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  const byHtmx = form.hasAttribute("hx-post") || form.hasAttribute("hx-get");
  if (form.dataset.keep && !byHtmx && !event.defaultPrevented) forget(form);
});
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.sourceElement?.closest?.("form[data-keep]");
  if (!form || ctx.request.method === "GET" || !ctx.response.raw.ok || ctx.response.raw.redirected) return;
  forget(form);
  if (ctx.target?.contains(form)) form.reset(); // what is drawn in its place keeps what is typed, as what others do must not touch it
});
document.addEventListener("htmx:after:swap", restoreAll);
restoreAll();
