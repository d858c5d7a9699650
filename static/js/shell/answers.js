/**
 * What every answer has in common: a lost session leads to the sign-in page and back; an error page never lands inside a part
 * of this page, its sentence becomes a message; one that is no longer wanted, as its request's `still` says, is let go; a
 * network that is away is said once, at the top.
 */
import { toast } from "shell/toasts";
import { gettext } from "words";

const login = document.documentElement.dataset.login ?? "/accounts/login/";

function signIn() {
  const here = location.pathname + location.search;
  location.assign(`${login}?next=${encodeURIComponent(here)}`);
}

function sentence(html, status) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const said = page.querySelector("[data-reason]")?.textContent.trim();
  if (said) return said;
  return status >= 500 ? gettext("The server could not do that just now. Try again in a moment.") : gettext("That did not work. Reload the page.");
}

document.addEventListener("htmx:before:response", (event) => {
  const { raw, status } = event.detail.ctx.response;
  const away = raw.redirected && new URL(raw.url).pathname === login && location.pathname !== login;
  if (status !== 401 && !away) return;
  event.preventDefault();
  signIn();
});
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const { status } = ctx.response;
  const wholePage = /^\s*<!doctype html/i.test(ctx.text ?? "");
  const plain = !ctx.response.headers.get("Content-Type")?.startsWith("text/html");
  if (status < 400 || (!wholePage && !plain)) return;
  event.preventDefault();
  toast({ text: plain && status < 500 ? (ctx.text || "").slice(0, 300) : sentence(ctx.text ?? "", status), tone: "bad" });
});
document.addEventListener("htmx:before:swap", (event) => event.detail.ctx.still?.() === false && event.preventDefault());
document.addEventListener("htmx:error", (event) => {
  const { ctx, error } = event.detail;
  if (!ctx || ctx.response) return;
  const slow = error?.name === "AbortError";
  const text = slow ? gettext("The server took too long; nothing was changed here.") : gettext("No answer from the server. What you typed is still here.");
  toast({ text, tone: "bad" });
});

let banner = null;
function connection() {
  if (navigator.onLine) {
    banner?.remove();
    banner = null;
  } else if (!banner) {
    banner = Object.assign(document.createElement("div"), {
      className: "offline",
      textContent: gettext("You are offline. What you see may be old, and nothing can be saved until the connection is back."),
    });
    banner.setAttribute("role", "status");
    document.body.append(banner);
  }
}
window.addEventListener("online", connection);
window.addEventListener("offline", connection);
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
