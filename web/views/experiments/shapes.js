// The last prompts' shape: against each other's between arms, and against accuracy within them.

import { h } from "../../core/dom.js";
import { count, figure, measureText, pValue, rangeText } from "../../core/format.js";
import { table } from "../../parts/table.js";

export function shapes(task) {
  return [
    task.shapes.length > 0 && [
      h("h3", {}, "Paired differences in the last prompt's shape"),
      rows(`Differences in shape on ${task.task}`, DIFFERENCES, task.shapes),
    ],
    task.relations.length > 0 && [
      h("h3", {}, "Shape of the last prompt against accuracy, within arms"),
      rows(`Shape against accuracy on ${task.task}`, RELATIONS, task.relations),
    ],
  ];
}

function rows(name, columns, members) {
  const list = table(name, columns);
  list.show(
    members.map((each) => ({ id: `${each.measure} ${each.arm} ${each.against}`, ...each })),
  );
  return list.element;
}

function difference(interval) {
  return [figure(interval.mean), h("span", { class: "sub" }, rangeText(interval))];
}

const DIFFERENCES = [
  { heading: "Measure", cell: (each) => measureText(each.measure) },
  { heading: "Arm", cell: (each) => `${each.arm} − ${each.against}` },
  { heading: "Pairs", kind: "number wide", cell: (each) => count(each.interval.n) },
  { heading: "Difference", kind: "number", cell: (each) => difference(each.interval) },
  { heading: "p, corrected", kind: "number", cell: (each) => pValue(each.p) },
];

const RELATIONS = [
  { heading: "Measure", cell: (each) => measureText(each.measure) },
  { heading: "Runs", kind: "number wide", cell: (each) => count(each.runs) },
  { heading: "Seeds", kind: "number wide", cell: (each) => count(each.seeds) },
  { heading: "Spearman's rho", kind: "number", cell: (each) => figure(each.rho) },
  { heading: "p, corrected", kind: "number", cell: (each) => pValue(each.p) },
];
