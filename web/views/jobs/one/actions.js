// What can be done with a job as it stands.

import { announce } from "../../../core/announce.js";
import { jobPath, post, remove } from "../../../core/api.js";
import { h } from "../../../core/dom.js";
import { go } from "../../../core/router.js";
import { buttonRow } from "../../../parts/buttons.js";
import { confirmed } from "../../../parts/dialog.js";
import { ACTIVE, FINAL } from "../../../parts/state.js";

const STEERING = [
  [
    "pause",
    "Pause",
    (job) =>
      (job.status === "queued" || ACTIVE.has(job.status)) &&
      !job.pause_requested_at &&
      !job.cancel_requested_at,
  ],
  [
    "resume",
    "Resume",
    (job) => Boolean(job.pause_requested_at) && !FINAL.has(job.status) && !job.cancel_requested_at,
  ],
  ["cancel", "Cancel", (job) => !FINAL.has(job.status) && !job.cancel_requested_at],
  ["retry", "Retry", (job) => job.status === "failed"],
];

export function actions(feed, who) {
  if (!who.scopes.includes("write"))
    return h("span", { class: "muted small" }, "This key may only read.");
  const again = h(
    "a",
    { class: "button", href: `#/jobs/new?from=${feed.job.id}` },
    "Use as a template",
  );
  const ended = (job) => FINAL.has(job.status);
  const choices = { steering: STEERING, steer, erase, ended, also: again };
  const { element, update } = buttonRow(() => feed.job, choices);
  feed.on("job", update);
  update();
  return element;

  async function steer(verb) {
    feed.take(await post(jobPath(feed.job.id, verb)));
    announce(`${verb}: done or asked for`);
  }

  async function erase() {
    const text =
      "The job, its snapshots, result files, tuned model and analyses are removed for good.";
    if (!(await confirmed("Delete this job?", text, "Delete"))) return;
    await remove(jobPath(feed.job.id));
    go("jobs");
  }
}
