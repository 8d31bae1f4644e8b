// Times relative to now that stay right, with the exact time on hover.

import { h } from "./dom.js";
import { NONE, duration } from "./format.js";

const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const STEPS = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30],
  ["month", 12],
  ["year", Infinity],
];

setInterval(refresh, 10_000);

function refresh() {
  for (const time of document.querySelectorAll("time[data-unix]")) {
    time.textContent = relative(Number(time.dataset.unix));
  }
}

// `unix` is in seconds, as the service tells times.
export function ago(unix) {
  if (!unix) return NONE;
  const date = new Date(unix * 1000);
  return h(
    "time",
    { datetime: date.toISOString(), title: EXACT.format(date), "data-unix": unix },
    relative(unix),
  );
}

function relative(unix) {
  let value = unix - Date.now() / 1000;
  if (Math.abs(value) < 5) return "just now";
  for (const [unit, size] of STEPS) {
    if (Math.abs(value) < size) return RELATIVE.format(Math.round(value), unit);
    value /= size;
  }
  return NONE;
}

export function took(job) {
  if (!job.started_at) return NONE;
  return duration((job.finished_at ?? Date.now() / 1000) - job.started_at);
}
