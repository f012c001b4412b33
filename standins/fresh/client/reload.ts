/** Loads the page anew when the development server has been restarted. Never part of a production page. */
let startedAt: string | null = null;
// The module lies at <base path>/_fresh/js/<hash>/<name>, the stream at <base path>/_fresh/alive.
const events = new EventSource(new URL("../../alive", import.meta.url));
events.addEventListener("message", (event) => {
  startedAt ??= event.data;
  if (event.data !== startedAt) location.reload();
});
