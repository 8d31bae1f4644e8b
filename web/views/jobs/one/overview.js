// How a job goes: its figures, and the curves of loss, regulariser and accuracy, live.

import { getAll, jobPath } from "../../../core/api.js";
import { fill, h } from "../../../core/dom.js";
import { loading } from "../../../parts/notice.js";
import { accuracyChart } from "./accuracy_chart.js";
import { lossChart } from "./loss_chart.js";
import { ratioChart, termsChart } from "./regularizer_charts.js";
import { tiles } from "./tiles.js";
import { Steps } from "./steps.js";

export async function section({ feed, content, signal }) {
  const steps = new Steps(feed.job.id, signal);
  const summary = h("div", {});
  const room = h("div", { class: "stack" }, summary, loading("Waiting for the first step…"));
  content.replaceChildren(room);
  let charts = null;
  let snapshots = [];

  const draw = () => {
    fill(summary, tiles(feed.job, steps.rows));
    if (!steps.rows.length) {
      if (feed.ended) fill(room, summary, h("p", { class: "muted" }, "No step was measured."));
      return;
    }
    charts ??= makeCharts(steps, feed.job, signal);
    if (!charts[0].element.isConnected)
      fill(
        room,
        summary,
        h(
          "div",
          { class: "grid" },
          charts.map((each) => each.element),
        ),
      );
    for (const each of charts) each.show(steps, snapshots, feed.job);
  };
  const look = async () => {
    if (await steps.update()) draw();
  };
  const lookAtSnapshots = async () => {
    snapshots = (await getAll(jobPath(feed.job.id, "checkpoints"), {}, signal)).reverse();
  };
  feed.on("job", () => quietly(look().then(draw)));
  feed.on("event", () => quietly(lookAtSnapshots().then(draw)));
  await Promise.all([steps.update(), lookAtSnapshots()]);
  draw();
}

function makeCharts(steps, job, signal) {
  const regularised = steps.terms.length > 0;
  return [
    lossChart(signal),
    accuracyChart(job, signal),
    ...(regularised ? [termsChart(steps.terms, signal), ratioChart(signal)] : []),
  ];
}

// The next progress looks again; the view's error notice is for what failed at its start.
function quietly(look) {
  look.catch((error) => console.debug(error.message));
}
