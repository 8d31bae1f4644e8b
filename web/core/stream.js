// Follows a job's event stream. After a break it goes on from the last event that it has seen, by
// Last-Event-ID, so that none is missed or told twice.

import { refusal } from "./api.js";
import { splitMessages } from "./stream_messages.js";

const LONGEST_WAIT = 15;
// The service sends a sign of life every 15 seconds.
const LONGEST_SILENCE = 40;

// `on.event`, `on.progress`, `on.done` get the data; `on.state` gets open, waiting or closed.
// `last` is the number of the newest event that is known already.
export function follow(url, last, on, signal) {
  const place = { last, failed: 0, ended: false, wait: null };
  run(url, place, on, signal);
  signal.addEventListener("abort", () => place.wait?.());
}

async function run(url, place, on, signal) {
  while (!signal.aborted && !place.ended) {
    try {
      await listen(url, place, on, signal);
    } catch (error) {
      if (signal.aborted || error.status === 401 || error.status === 404) break;
    }
    if (place.ended || signal.aborted) break;
    on.state("waiting");
    await pause(place, Math.min(LONGEST_WAIT, 2 ** place.failed++), signal);
  }
  if (!signal.aborted) on.state("closed");
}

async function listen(url, place, on, signal) {
  const headers = { Accept: "text/event-stream", "Last-Event-ID": String(place.last) };
  const silence = watchdog(LONGEST_SILENCE);
  try {
    const response = await fetch(url, {
      headers,
      signal: AbortSignal.any([signal, silence.signal]),
      credentials: "same-origin",
      cache: "no-store",
    });
    if (!response.ok) throw await refusal(response);
    place.failed = 0;
    on.state("open");
    await read(response.body, place, on, silence);
  } finally {
    silence.stop();
  }
}

async function read(body, place, on, silence) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    silence.restart();
    const [messages, unfinished] = splitMessages(rest + value);
    rest = unfinished;
    for (const message of messages) tell(message, place, on);
  }
}

// Aborts what nothing was heard of for so many seconds.
function watchdog(seconds) {
  const controller = new AbortController();
  let timer;
  const stop = () => clearTimeout(timer);
  const restart = () => {
    stop();
    timer = setTimeout(() => controller.abort(), seconds * 1000);
  };
  restart();
  return { signal: controller.signal, restart, stop };
}

function tell({ id, event, data }, place, on) {
  if (id !== null) place.last = id;
  if (event === "done") place.ended = true;
  on[event]?.(JSON.parse(data));
}

// A wait that ends early when the browser is online again or the view closes.
function pause(place, seconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    place.wait = () => {
      clearTimeout(timer);
      resolve();
    };
    addEventListener("online", place.wait, { once: true, signal });
  });
}
