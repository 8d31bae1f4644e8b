// What an analysis found between snapshots, in its own sentences, with the figures behind them.

import { get, path } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { count, figure, measureText, pValue, rangeText, words } from "../../core/format.js";
import { table } from "../../parts/table.js";

export function readFound(analysis, signal) {
  return get(path("analyses", analysis.id, "evolution"), {}, signal);
}

export function foundCard(found) {
  const relations = found.inputs.flatMap((input) =>
    input.relations.map((each) => ({ id: `${input.input} ${each.measure}`, ...each })),
  );
  const settling = found.inputs.flatMap((input) =>
    input.settling.map((each) => ({ id: `${input.input} ${each.series}`, ...each })),
  );
  return h(
    "section",
    { class: "card stack" },
    h("h2", {}, "What was found"),
    h(
      "ul",
      { class: "verdicts" },
      found.words.map((sentence) => h("li", {}, sentence)),
    ),
    relations.length > 0 && folded("Structure against performance", RELATIONS, relations),
    settling.length > 0 && folded("When it settles", SETTLING, settling),
  );
}

function folded(title, columns, rows) {
  const list = table(title, columns);
  list.show(rows);
  return h("details", {}, h("summary", {}, title), list.element);
}

const RELATIONS = [
  { heading: "Measure", cell: (each) => measureText(each.measure) },
  {
    heading: "rho",
    kind: "number",
    cell: (each) => [figure(each.rho), h("span", { class: "sub" }, rangeText(each.interval))],
  },
  {
    heading: "rho given the step",
    kind: "number",
    cell: (each) => [
      figure(each.partial_rho),
      h("span", { class: "sub" }, rangeText(each.partial_interval)),
    ],
  },
  { heading: "p", kind: "number wide", cell: (each) => pValue(each.partial_p_value) },
  {
    heading: "Null median",
    kind: "number wide",
    cell: (each) => figure(each.null?.partial_rho?.median),
  },
  { heading: "Snapshots", kind: "number wide", cell: (each) => count(each.snapshots) },
  { heading: "Survives", cell: (each) => (each.survives ? "yes" : "no") },
];

const SETTLING = [
  { heading: "What moves", cell: (each) => words(each.series) },
  { heading: "Step", kind: "number", cell: (each) => count(each.step) },
  { heading: "Rate before", kind: "number wide", cell: (each) => figure(each.before) },
  { heading: "Rate after", kind: "number wide", cell: (each) => figure(each.after) },
  { heading: "p", kind: "number", cell: (each) => pValue(each.p_value) },
  { heading: "Settles", cell: (each) => (each.settled ? "yes" : "no") },
];
