/** Light, dark or as the system says: `data-theme-set` buttons; kept in this browser. A line in the page's head applies it before the first paint. */
const root = document.documentElement;

function mark() {
  for (const button of document.querySelectorAll("[data-theme-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === (root.dataset.theme ?? "")));
  }
}

function set(theme) {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  try {
    if (theme) localStorage.setItem("theme", theme);
    else localStorage.removeItem("theme");
  } catch {
    // Storage is closed to us: the choice holds for this page.
  }
  mark();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-set]");
  if (button) set(button.dataset.themeSet);
});
window.addEventListener("storage", (event) => event.key === "theme" && set(event.newValue ?? ""));
mark();
