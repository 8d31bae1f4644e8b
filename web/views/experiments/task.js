// One task with one model: each arm, the paired differences, and the learning curves.

import { h } from "../../core/dom.js";
import { NONE, count, figure, percent } from "../../core/format.js";
import { table } from "../../parts/table.js";
import { chart } from "../../plots/chart.js";
import { differenceColumns } from "./differences.js";
import { overhead, withInterval } from "./metrics.js";
import { shapes } from "./shapes.js";

export function taskCard(task, primary, signal) {
  const arms = table(`Arms on ${task.task}`, armColumns(task));
  const differences = table(`Differences on ${task.task}`, differenceColumns(task, primary));
  arms.show(task.arms.map((arm) => ({ id: arm.arm, ...arm })));
  differences.show(
    task.differences.map((each) => ({ id: `${each.metric} ${each.arm} ${each.against}`, ...each })),
  );
  const curves = task.curves.some((curve) => curve.points.length > 1)
    ? learningCurves(task, signal)
    : null;
  const graded =
    task.rows === null
      ? "no run has succeeded yet"
      : `graded on ${count(task.rows)} ${task.evaluated_on === "training_file" ? "training" : "held-out"} rows, of which the model answers ${percent(task.untuned_accuracy)} without a prompt`;
  return {
    element: h(
      "section",
      { class: "card stack" },
      h(
        "div",
        { class: "card-head" },
        h("h2", {}, `${task.task} · ${task.model}`),
        h("span", { class: "muted small" }, `means over seeds with 95 % intervals, ${graded}`),
      ),
      arms.element,
      task.differences.length > 0 && [h("h3", {}, "Paired differences"), differences.element],
      shapes(task),
      curves && [h("h3", {}, "Learning curves: mean accuracy over seeds"), curves.element],
    ),
    draw: () => curves?.draw(),
  };
}

function armColumns(task) {
  const converges = task.arms.some((arm) => arm.convergence);
  return [
    { heading: "Arm", cell: (arm) => h("strong", {}, arm.arm) },
    { heading: "Runs", kind: "number", cell: (arm) => count(arm.runs) },
    {
      heading: "Before tuning",
      kind: "number wide",
      cell: (arm) => withInterval("accuracy", arm.first_accuracy),
    },
    { heading: "Accuracy", kind: "number", cell: (arm) => withInterval("accuracy", arm.accuracy) },
    { heading: "Loss", kind: "number wide", cell: (arm) => withInterval("loss", arm.loss) },
    ...(converges
      ? [
          {
            heading: "Converged",
            kind: "number wide",
            cell: ({ convergence }) =>
              convergence ? `${convergence.converged} of ${convergence.runs}` : NONE,
          },
          {
            heading: "Iterations",
            kind: "number wide",
            cell: ({ convergence }) =>
              convergence ? withInterval("iterations", convergence.mean_up_to_limit) : NONE,
          },
        ]
      : []),
    { heading: "Steps/s", kind: "number wide", cell: (arm) => figure(arm.steps_per_second) },
    { heading: "Side by side", kind: "number wide", cell: (arm) => count(arm.side_by_side) },
    { heading: "Overhead", kind: "number wide", cell: (arm) => overhead(arm.overhead) },
    { heading: "Gradient ratio", kind: "number wide", cell: (arm) => figure(arm.gradient_ratio) },
  ];
}

const HUES = ["muted", "h0", "h1", "other", "h2"];

function learningCurves(task, signal) {
  const series = task.curves.map(({ arm }, i) => ({
    name: arm,
    hue: HUES[i % HUES.length],
    dash: i % 2 === 1,
    points: true,
    format: percent,
  }));
  const steps = [
    ...new Set(task.curves.flatMap((curve) => curve.points.map((point) => point.step))),
  ].sort((a, b) => a - b);
  const drawn = chart(
    { title: `Accuracy on ${task.task}`, series, scales: { y: { range: [0, 1] } } },
    signal,
  );
  const columns = task.curves.map((curve) => {
    const at = new Map(curve.points.map((point) => [point.step, point.accuracy.mean]));
    return steps.map((step) => at.get(step) ?? null);
  });
  return { element: drawn.element, draw: () => drawn.show([steps, ...columns]) };
}
