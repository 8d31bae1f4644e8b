// What an experiment found, in the report's own sentences, and the runs that it could not count.

import { h } from "../../core/dom.js";
import { NONE, count } from "../../core/format.js";
import { table } from "../../parts/table.js";

export function findings(results) {
  const verdicts = results.tasks
    .flatMap((task) => task.differences)
    .filter((each) => each.metric === results.primary);
  const done = `${count(results.succeeded_runs)} of ${count(results.planned_runs)} runs counted`;
  return h(
    "section",
    { class: "card" },
    h(
      "div",
      { class: "card-head" },
      h("h2", {}, "What was found"),
      h("span", { class: "muted small" }, done),
    ),
    verdicts.length
      ? h(
          "ul",
          { class: "verdicts" },
          verdicts.map((each) => h("li", { "data-finding": each.finding }, each.verdict)),
        )
      : h("p", { class: "muted" }, "Nothing is compared yet."),
    results.notes.length > 0 &&
      h(
        "details",
        { class: "chart-table" },
        h("summary", {}, "How to read it"),
        h(
          "ul",
          { class: "verdicts" },
          results.notes.map((note) => h("li", {}, note)),
        ),
      ),
  );
}

export function missingRuns(runs) {
  if (!runs.length) return null;
  const list = table("Runs without a result", COLUMNS);
  list.show(runs.map((run) => ({ id: `${run.model} ${run.task} ${run.arm} ${run.seed}`, ...run })));
  return h(
    "details",
    { class: "stack" },
    h("summary", {}, `Runs without a result (${runs.length})`),
    list.element,
  );
}

const COLUMNS = [
  { heading: "Arm", cell: (run) => run.arm },
  { heading: "Task", kind: "wide", cell: (run) => run.task },
  { heading: "Seed", kind: "number", cell: (run) => String(run.seed) },
  { heading: "State", cell: (run) => run.status },
  { heading: "Why", kind: "wide", cell: (run) => run.error ?? NONE },
  {
    heading: "Job",
    cell: (run) =>
      run.job
        ? h("a", { href: `#/jobs/${run.job}`, class: "mono" }, `…${run.job.slice(-6)}`)
        : NONE,
  },
];
