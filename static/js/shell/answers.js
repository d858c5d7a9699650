/**
 * What every answer has in common: a lost session leads to the sign-in page and back; an error page never lands inside a part
 * of this page, its sentence becomes a message; one that is no longer wanted, as its request's `still` says, is let go; a
 * connection that is away, and a session that is over, are said once, at the top.
 */
import { toast } from "shell/toasts";
import { gettext } from "words";

const login = document.documentElement.dataset.login ?? "/accounts/login/";

const signInAddress = () => `${login}?over=1&next=${encodeURIComponent(location.pathname + location.search)}`;

/** Whether an answer is that of a session that is over; then the sign-in page opens, which leads back here. */
export function signedOut({ status, redirected, url }) {
  const away = redirected && new URL(url).pathname === login && location.pathname !== login;
  if (status !== 401 && !away) return false;
  location.assign(signInAddress());
  return true;
}

function sentence(html, status) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const said = page.querySelector("[data-reason]")?.textContent.trim();
  if (said) return said;
  return status >= 500 ? gettext("The server could not do that just now. Try again in a moment.") : gettext("That did not work. Reload the page.");
}

document.addEventListener("htmx:before:response", (event) => {
  if (signedOut(event.detail.ctx.response.raw)) event.preventDefault();
});
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const { status } = ctx.response;
  const wholePage = status >= 500 || /^\s*<(!doctype html|html\b)/i.test(ctx.text ?? ""); // a proxy's own pages as well
  const plain = !ctx.response.headers.get("Content-Type")?.startsWith("text/html");
  if (status < 400 || (!wholePage && !plain)) return;
  event.preventDefault();
  toast({ text: plain && status < 500 ? (ctx.text || "").slice(0, 300) : sentence(ctx.text ?? "", status), tone: "bad" });
});
document.addEventListener("htmx:before:swap", (event) => event.detail.ctx.still?.() === false && event.preventDefault());
document.addEventListener("htmx:error", (event) => {
  const { ctx, error } = event.detail;
  if (!ctx || ctx.response || ctx.quiet) return;
  const slow = error?.name === "AbortError";
  const text = slow ? gettext("The server took too long; nothing was changed here.") : gettext("No answer from the server. What you typed is still here.");
  toast({ text, tone: "bad" });
});

const SAID = {
  away: gettext("The connection is lost. What you see may be old, and nothing can be saved until it is back; this page then catches up."),
  over: gettext("Your session is over. What you see may be old, and nothing can be saved."),
};
let stream = ""; // what the stream of others' changes says of the connection

function connection() {
  const state = navigator.onLine ? stream : "away";
  const toasts = document.getElementById("toasts");
  const shown = toasts.querySelector(".offline");
  if ((shown?.dataset.state ?? "") === state) return;
  shown?.remove();
  if (!state) return;
  const box = Object.assign(document.createElement("div"), { className: "toast offline", textContent: SAID[state] });
  box.dataset.state = state;
  if (state === "over") box.append(Object.assign(document.createElement("a"), { href: signInAddress(), textContent: gettext("Sign in") }));
  toasts.prepend(box);
}
window.addEventListener("online", connection);
window.addEventListener("offline", connection);
document.addEventListener("connection", ({ detail }) => {
  stream = detail;
  connection();
});
connection();

let running = 0;
const busy = (step) => {
  running = Math.max(0, running + step);
  document.documentElement.classList.toggle("busy", running > 0);
};
document.addEventListener("htmx:before:request", (event) => {
  const stream = event.detail.ctx?.sourceElement?.hasAttribute?.("hx-sse:connect");
  if (!stream) busy(1);
  else event.detail.ctx.isStream = true;
});
document.addEventListener("htmx:finally:request", (event) => event.detail.ctx?.isStream || busy(-1));
