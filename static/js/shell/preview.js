/** How a text in markdown will look, in the place of its field: a button with `data-preview`, which then leads back to writing. */
import htmx from "htmx.org";

const partsOf = (button) => ["textarea", ".looks"].map((each) => button.closest(".field").querySelector(each));

function write(button) {
  const [field, looks] = partsOf(button);
  field.hidden = false;
  looks.hidden = true;
  looks.replaceChildren();
}

async function show(button) {
  const [field, looks] = partsOf(button);
  await htmx.ajax("POST", button.dataset.preview, { source: button, target: looks, swap: "innerHTML" });
  looks.style.minHeight = `${field.offsetHeight}px`; // nothing below jumps
  field.hidden = true;
  looks.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-preview]");
  if (button) (partsOf(button)[0].hidden ? write : show)(button);
});
// A browser says what is wrong at the field, so it has to be seen.
document.addEventListener("invalid", (event) => event.target.hidden && write(event.target.closest(".field").querySelector("[data-preview]")), true);
