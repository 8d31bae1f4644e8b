// Paired differences: a row each, with its interval drawn against zero.

import { h, s } from "../../core/dom.js";
import { count, pValue } from "../../core/format.js";
import { linear } from "../../plots/axes.js";
import { showDifference } from "./metrics.js";

const FINDINGS = {
  better: "better",
  worse: "worse",
  no_difference_shown: "no difference shown",
  too_few_pairs: "too few pairs",
};
const WIDTH = 150;

export function differenceColumns(task, primary) {
  const reach = reaches(task.differences);
  return [
    {
      heading: "Metric",
      kind: "wide",
      cell: (each) => (each.metric === primary ? h("strong", {}, each.metric) : each.metric),
    },
    {
      heading: "Arm",
      cell: (each) => [
        each.arm,
        h("span", { class: "sub" }, `against ${each.against}`),
        h("span", { class: "sub narrow" }, each.metric),
      ],
    },
    { heading: "Pairs", kind: "number wide", cell: (each) => count(each.pairs) },
    {
      heading: "Difference",
      kind: "number",
      cell: (each) => showDifference(each.metric, each.interval?.mean),
    },
    {
      heading: "95 % interval",
      kind: "wide",
      cell: (each) => whisker(each, reach.get(each.metric)),
    },
    { heading: "p (Holm)", kind: "number", cell: (each) => pValue(each.p) },
    {
      heading: "Could detect",
      kind: "number wide",
      cell: (each) => showDifference(each.metric, each.detectable).replace("+", "±"),
    },
    {
      heading: "Finding",
      cell: (each) =>
        h(
          "span",
          { class: "finding", "data-finding": each.finding },
          FINDINGS[each.finding] ?? each.finding,
        ),
    },
  ];
}

// The farthest end of any interval of a metric: all of its rows share their scale.
function reaches(differences) {
  const reach = new Map();
  for (const { metric, interval } of differences) {
    const ends = interval ? [interval.mean, interval.low ?? 0, interval.high ?? 0] : [0];
    reach.set(metric, Math.max(reach.get(metric) ?? 0, ...ends.map(Math.abs)));
  }
  return reach;
}

function whisker({ metric, interval, finding }, reach) {
  if (!interval || interval.low === null) return "–";
  const x = linear([-reach || -1, reach || 1], [6, WIDTH - 6]);
  const text = `${showDifference(metric, interval.low)} to ${showDifference(metric, interval.high)}`;
  const drawing = s(
    "svg",
    {
      class: "whisker",
      viewBox: `0 0 ${WIDTH} 16`,
      "aria-hidden": "true",
      "data-finding": finding,
    },
    s("line", { class: "zero", x1: x(0), x2: x(0), y1: 0, y2: 16 }),
    s("line", { class: "range", x1: x(interval.low), x2: x(interval.high), y1: 8, y2: 8 }),
    s("circle", { class: "mean", cx: x(interval.mean), cy: 8, r: 3.5 }),
  );
  return [drawing, h("span", { class: "sub" }, text)];
}
