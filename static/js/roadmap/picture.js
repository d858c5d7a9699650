/** The roadmap's part of the page: fetching it anew, and sending edits with the answers they may get. */
import htmx from "htmx.org";
import { toast } from "shell/toasts";

export const picture = () => document.getElementById("roadmap");
export const editable = () => picture()?.hasAttribute("data-edit");

let running = null;
let again = false;

/** Draw the roadmap anew from the server; what is being typed stays. Calls while one is under way become one more. */
export async function refresh() {
  if (running) {
    again = true;
    return running;
  }
  running = htmx.ajax("GET", location.pathname + location.search, { target: "#roadmap", swap: "outerMorph" });
  try {
    await running;
  } finally {
    running = null;
  }
  if (again) {
    again = false;
    await refresh();
  }
}

const address = (number, verb) => {
  const [, workspace, product] = location.pathname.match(/^\/w\/([^/]+)\/p\/([^/]+)\//);
  return `/w/${workspace}/p/${product}/items/${number}/${verb}/`;
};

/** Post an edit of an item; resolves to whether it was taken. A question of the server opens in the dialog. */
export async function send(number, verb, values) {
  const token = JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];
  let answer;
  try {
    answer = await fetch(address(number, verb), {
      method: "POST",
      headers: { "X-CSRFToken": token, "HX-Request": "true" },
      body: new URLSearchParams(values),
    });
  } catch {
    toast({ text: "No answer from the server. The item is where it was.", tone: "bad" });
    return false;
  }
  if (answer.ok) return true;
  const text = await answer.text();
  if (answer.headers.get("HX-Retarget") === "#dialog") htmx.swap({ text, target: "#dialog", swap: "innerHTML" });
  else toast({ text: `That was refused (${answer.status}). The item is where it was.`, tone: "bad" });
  return false;
}

/** Say something to those who listen instead of look. */
export function say(text) {
  toast({ text });
}

document.addEventListener("roadmap:changed", () => refresh());
