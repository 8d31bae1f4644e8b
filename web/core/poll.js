// Looks again and again while the page is seen and the view is open.

import { isAbort } from "./errors.js";

// `look` returns the seconds until the next look. A failed look is tried again, each time later, and
// the page is told that what it shows may be old. Returns what looks at once.
export function poll(look, signal) {
  let timer;
  let failed = 0;
  async function round() {
    clearTimeout(timer);
    if (signal.aborted || document.hidden) return;
    let seconds;
    try {
      seconds = await look();
      if (failed) tell(false);
      failed = 0;
    } catch (error) {
      if (isAbort(error)) return;
      failed += 1;
      tell(true);
      seconds = Math.min(30, 2 ** failed);
    }
    clearTimeout(timer);
    if (!signal.aborted) timer = setTimeout(round, seconds * 1000);
  }
  document.addEventListener("visibilitychange", round, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  timer = setTimeout(round, 0);
  return round;
}

function tell(stale) {
  dispatchEvent(new CustomEvent("tsloss:stale", { detail: stale }));
}
