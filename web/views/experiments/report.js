// What the report of an experiment says so far: what was found, a card per task, the runs that it
// could not count.

import { get } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { findings, missingRuns } from "./findings.js";
import { taskCard } from "./task.js";

// Analyses follow the runs; after so long without a further one the report stays without.
const ANALYSIS_MS = 120_000;

export function reportView(place, signal) {
  const element = h("div", { class: "stack" });
  let drawn = null;
  let shown = null;
  let lacking = 0;
  let until = 0;
  signal.addEventListener("abort", () => shown?.abort());
  return { element, update, waits };

  // Another report is read only where another run has ended or was planned, and for the shapes of
  // the last ones.
  async function update({ jobs }) {
    const open = jobs.queued + jobs.validating_files + jobs.running + jobs.paused;
    const ended = [jobs.succeeded, jobs.failed, jobs.cancelled, jobs.planned].join();
    if (ended !== drawn || (open === 0 && waits())) await draw();
    drawn = ended;
  }

  // Whether shapes of runs that have ended are still to come.
  function waits() {
    return lacking > 0 && Date.now() < until;
  }

  async function draw() {
    const { results } = await get(`${place}/report`, {}, signal);
    const left = results.succeeded_runs - analysed(results);
    if (left !== lacking) until = Date.now() + ANALYSIS_MS;
    lacking = left;
    shown?.abort();
    shown = new AbortController();
    const cards = results.tasks.map((task) => taskCard(task, results.primary, shown.signal));
    fill(
      element,
      findings(results),
      cards.map((card) => card.element),
      missingRuns(results.missing_runs),
    );
    for (const card of cards) card.draw();
  }
}

function analysed({ tasks }) {
  return tasks.flatMap(({ arms }) => arms).reduce((sum, arm) => sum + arm.analysed, 0);
}
