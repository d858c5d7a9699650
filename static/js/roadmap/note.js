/** The words beside the pointer, or beside a bar, while something moves. What became of it is said when it is done. */
let box = null;

/** Show the words at a place of the screen, above a finger; none take them away. */
export function note(words, x = 0, y = 0, touch = false) {
  if (!words) {
    box?.remove();
    box = null;
    return;
  }
  if (!box) {
    box = Object.assign(document.createElement("div"), { className: "drawing" });
    box.setAttribute("aria-hidden", "true");
    document.body.append(box);
  }
  box.textContent = words;
  const left = Math.max(4, Math.min(x + 12, innerWidth - box.offsetWidth - 4));
  box.style.translate = `${left}px ${Math.max(4, touch ? y - 56 : Math.min(y + 14, innerHeight - box.offsetHeight - 4))}px`;
}
