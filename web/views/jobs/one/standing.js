// Where a job stands: its state, its progress, and why it failed.

import { announce } from "../../../core/announce.js";
import { took } from "../../../core/clock.js";
import { fill, h } from "../../../core/dom.js";
import { figure } from "../../../core/format.js";
import { notice } from "../../../parts/notice.js";
import { FINAL, pending, progress, remaining, state, statusText } from "../../../parts/state.js";

const LIVE = { open: "live", waiting: "reconnecting…", gone: "deleted meanwhile" };

export function standing(feed) {
  const line = h("div", { class: "row" });
  const room = h("div", { class: "stack" }, line);
  const live = h("span", { class: "live" });
  let told = feed.job.status;
  const update = () => {
    if (told !== feed.job.status) announce(`The job is ${statusText(feed.job.status)}.`);
    told = feed.job.status;
    fill(
      line,
      state(feed.job),
      pending(feed.job) && h("span", { class: "muted" }, pending(feed.job)),
      h("span", { class: "muted" }, pace(feed.job)),
      live,
    );
    fill(room, line, progress(feed.job), feed.job.error && failure(feed.job.error));
  };
  const tell = () => {
    live.hidden = !LIVE[feed.live] || feed.ended;
    live.dataset.live = feed.live;
    live.textContent = LIVE[feed.live] ?? "";
  };
  feed.on("job", update);
  feed.on("job", tell);
  feed.on("live", tell);
  tell();
  update();
  return h("div", { class: "standing" }, room);
}

function pace(job) {
  const speed = job.progress?.steps_per_second;
  const left = remaining(job);
  const parts = [
    job.started_at && `${FINAL.has(job.status) ? "took" : "for"} ${took(job)}`,
    speed && !FINAL.has(job.status) && `${figure(speed)} steps/s`,
    left && `about ${left} left`,
    job.attempt > 1 && `attempt ${job.attempt}`,
  ];
  return parts.filter(Boolean).join(" · ");
}

function failure(error) {
  return notice(
    "bad",
    h("strong", {}, error.code),
    " ",
    error.message,
    error.param && h("span", { class: "muted mono" }, ` (${error.param})`),
  );
}
