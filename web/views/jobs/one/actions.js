// What can be done with a job as it stands.

import { announce } from "../../../core/announce.js";
import { jobPath, post, remove } from "../../../core/api.js";
import { h, keepFocus } from "../../../core/dom.js";
import { go } from "../../../core/router.js";
import { attempts } from "../../../parts/attempts.js";
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
  const { element: refused, act } = attempts();
  const steering = STEERING.map(([verb, name, allowed]) => [
    h("button", { onclick: () => act(() => steer(verb)) }, name),
    allowed,
  ]);
  const again = h(
    "a",
    { class: "button", href: `#/jobs/new?from=${feed.job.id}` },
    "Use as a template",
  );
  const deleting = h("button", { class: "danger", onclick: () => act(erase) }, "Delete");
  const element = h(
    "div",
    { class: "row" },
    steering.map(([button]) => button),
    again,
    deleting,
    refused,
  );
  const update = () => {
    for (const [button, allowed] of steering) button.hidden = !allowed(feed.job);
    deleting.hidden = !FINAL.has(feed.job.status);
  };
  feed.on("job", () => keepFocus(element, update));
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
