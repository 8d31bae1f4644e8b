// The state of a job, in words and with a mark of its own shape.

import { h } from "../core/dom.js";
import { count, duration } from "../core/format.js";

export const STATUSES = [
  "queued",
  "validating_files",
  "running",
  "paused",
  "succeeded",
  "failed",
  "cancelled",
];
export const FINAL = new Set(["succeeded", "failed", "cancelled"]);
export const ACTIVE = new Set(["validating_files", "running"]);

export const statusText = (status) => status.replaceAll("_", " ");

export function state(job) {
  return h("span", { class: "state", "data-state": job.status }, statusText(job.status));
}

// What was asked of a run that has not confirmed it.
export function pending(job) {
  if (FINAL.has(job.status)) return null;
  if (job.cancel_requested_at) return "cancel requested";
  return job.pause_requested_at && job.status !== "paused" ? "pause requested" : null;
}

export function progress(job) {
  const told = job.progress;
  if (!told || FINAL.has(job.status)) return null;
  const done = told.of ? `${count(told.step)} of ${count(told.of)}` : "";
  const bar = h("progress", { max: 100, value: told.percent ?? 0, "aria-label": "progress" });
  return h(
    "div",
    { class: "progress" },
    bar,
    h("span", { class: "small" }, [told.phase, done].filter(Boolean).join(" · ")),
  );
}

export function remaining(job) {
  const end = job.progress?.finishes_at;
  return end && ACTIVE.has(job.status) ? duration(Math.max(0, end - Date.now() / 1000)) : null;
}
