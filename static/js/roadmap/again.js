/** What got no answer is sent once more: when the connection is back, or after a while where it seems to hold. */
const AFTER = 4_000; // ms

let away = false; // the connection, as the stream says

/** Call `work` when the connection is back; the function that is returned has it called after a while. */
export function again(work) {
  document.addEventListener("connection", () => away || work());
  return () => setTimeout(() => !away && navigator.onLine && work(), AFTER);
}

document.addEventListener("connection", ({ detail }) => (away = Boolean(detail)));
