/** On a narrow screen a picture of other days than before begins at today, where that is among them; "Today" leads back there. */
let begins = ""; // the days that the picture last showed

function showToday() {
  const box = document.querySelector(".tl");
  const { first, days } = box?.querySelector(".tl-grid").dataset ?? {};
  if (begins === `${first} ${days}`) return;
  begins = `${first} ${days}`;
  if (!box || box.scrollWidth <= box.clientWidth) return;
  box.scrollLeft = 0;
  const line = box.querySelector(".today line");
  if (!line) return;
  const { left } = line.getBoundingClientRect();
  box.scrollLeft += left - box.getBoundingClientRect().left - box.clientWidth * 0.6;
}

showToday();
document.addEventListener("htmx:after:swap", showToday);
document.addEventListener("click", (event) => event.target.closest?.("[data-today]") && (begins = ""));
