// What the report of an experiment says so far: what was found, a card per task, the runs that it
// could not count.

import { get } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { findings, missingRuns } from "./findings.js";
import { taskCard } from "./task.js";

export function reportView(place, signal) {
  const element = h("div", { class: "stack" });
  let drawn = null;
  let shown = null;
  signal.addEventListener("abort", () => shown?.abort());
  return { element, update };

  // Another report is read only where another run has ended or was planned.
  async function update({ jobs }) {
    const ended = [jobs.succeeded, jobs.failed, jobs.cancelled, jobs.planned].join();
    if (ended !== drawn) await draw();
    drawn = ended;
  }

  async function draw() {
    const { results } = await get(`${place}/report`, {}, signal);
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
