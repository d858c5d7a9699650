/** A page whose main part says `data-live` draws it anew when others change something; what is typed stays. */
import htmx from "htmx.org";
import { follow } from "shell/stream";

const FIELDS = "input:not([type=hidden]), textarea, select";
const part = () => document.querySelector("[data-live]:not(#roadmap, aside *)");
const SENT = ".inline-edit *"; // choices that are sent when they are made: none is being typed
const nameOf = (field) => `${field.form?.getAttribute("action") ?? ""} ${field.name}`;
const asDrawn = (field) => (field.matches("select") ? (field.querySelector("option[selected]") ?? field.options[0])?.value : field.defaultValue);

let answers = 0; // to what one did oneself

/** Draw once more where an answer came meanwhile: what was asked for before it would take back what it showed. */
async function draw() {
  let asked;
  do {
    asked = answers;
    await drawOnce(() => asked === answers);
  } while (asked !== answers);
}

async function drawOnce(still) {
  const before = part();
  if (!before) return;
  const typed = new Map([...before.querySelectorAll(FIELDS)].filter((each) => !each.matches(SENT) && each.value !== asDrawn(each)).map((each) => [nameOf(each), each.value]));
  await htmx.ajax("GET", location.pathname + location.search, { target: `#${before.id}`, swap: "outerMorph", still });
  const root = part();
  if (!root || !still()) return;
  for (const each of root.querySelectorAll(FIELDS)) {
    const value = typed.get(nameOf(each)) ?? (each.matches("select") ? asDrawn(each) : undefined); // a choice stays as it was made
    if (value !== undefined && each.value !== value) each.value = value;
  }
}

const answered = ({ detail: { ctx } }) => ctx.request && ctx.request.method !== "GET" && (answers += 1);
document.addEventListener("htmx:before:swap", answered);
document.addEventListener("htmx:after:swap", answered); // what is asked for in between would not have its address either
follow(part, draw);
