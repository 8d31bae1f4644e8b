// The structural evolution of a job's prompt, once its analysis is there.

import { get, path, post } from "../../../core/api.js";
import { fill, h } from "../../../core/dom.js";
import { poll } from "../../../core/poll.js";
import { address } from "../../../core/router.js";
import { empty, loading, notice } from "../../../parts/notice.js";
import { FINAL, progress, state } from "../../../parts/state.js";
import { foundCard, readFound } from "../../analyses/found.js";
import { evolution } from "../../evolution/evolution.js";
import { readEvolution } from "../../evolution/data.js";

export async function section({ feed, content, query, signal }) {
  let busy = false;
  let done = false;
  fill(content, waiting(feed.job));
  const look = async () => {
    if (busy || done || !feed.job.analysis) return 2;
    busy = true;
    try {
      const analysis = await get(path("analyses", feed.job.analysis), {}, signal);
      if (analysis.status === "succeeded") await draw(analysis, { feed, content, query, signal });
      else fill(content, unfinished(analysis));
      done = FINAL.has(analysis.status);
    } finally {
      busy = false;
    }
    return 1;
  };
  feed.on("job", () => !feed.job.analysis && fill(content, waiting(feed.job)));
  await look();
  if (!done) poll(look, signal);
}

async function draw(analysis, { feed, content, query, signal }) {
  fill(content, loading("Reading the analysis…"));
  const [[clouds], found] = await Promise.all([
    readEvolution(analysis, signal),
    readFound(analysis, signal),
  ]);
  const asked = clouds.findIndex((cloud) => cloud.step === Number(query.get("step") ?? NaN));
  const view = evolution(clouds, {
    start: asked < 0 ? clouds.length - 1 : asked,
    onStep: keepInAddress,
    signal,
  });
  fill(content, h("div", { class: "stack" }, view.element, foundCard(found)));
  view.begin();

  // The address can be sent: it names the snapshot that is shown.
  function keepInAddress(step) {
    history.replaceState(null, "", address(`jobs/${feed.job.id}/evolution`, { step }));
  }
}

function waiting(job) {
  if (!FINAL.has(job.status)) {
    return empty(
      "The analysis follows the tuning",
      "Every snapshot's diagram, barcode and map stand here once the job has succeeded.",
    );
  }
  if (job.status === "succeeded") return loading("Waiting for the analysis…");
  const start = h(
    "button",
    { onclick: (event) => analyse(event.target, job) },
    "Analyse its snapshots",
  );
  return empty(
    "No analysis",
    `The job is ${job.status}; only a success is analysed by itself.`,
    start,
  );
}

async function analyse(button, job) {
  button.disabled = true;
  try {
    const { id } = await post("/v1/analyses", { fine_tuning_job: job.id });
    location.hash = `#/analyses/${id}`;
  } catch (error) {
    button.replaceWith(notice("bad", error.message));
  }
}

function unfinished(analysis) {
  const why = analysis.error && notice("bad", analysis.error.message);
  return h(
    "div",
    { class: "card stack" },
    h("h2", {}, "Analysis"),
    state(analysis),
    progress(analysis),
    why,
  );
}
