// Accuracy on the validation rows at each snapshot; without such rows, on the training rows at the
// end. What the model does without a prompt stands beside it.

import { percent } from "../../../core/format.js";
import { SYNC, chartCard } from "./chart_card.js";

const SCALE = { y: { range: [0, 1] } };

export function accuracyChart(job, signal) {
  const validated = Boolean(job.validation_file);
  const series = [
    {
      name: validated ? "Validation rows" : "Training rows",
      hue: "h0",
      points: true,
      format: percent,
    },
    { name: "Without a prompt", hue: "muted", dash: true, format: percent },
  ];
  const note = validated ? "at each snapshot" : "no validation file: at the end alone";
  const { element, drawn } = chartCard(
    "Accuracy",
    note,
    { series, sync: SYNC, scales: SCALE },
    signal,
  );
  return {
    element,
    show: (steps, snapshots, now) =>
      drawn.show(table(points(snapshots, now), steps.rows.at(-1).step, now)),
  };
}

function points(snapshots, { outcome }) {
  const known = new Map();
  for (const { step_number, metrics } of snapshots) {
    if (typeof metrics.full_valid_accuracy === "number")
      known.set(step_number, metrics.full_valid_accuracy);
  }
  if (outcome) known.set(outcome.steps, outcome.accuracy_after);
  return known;
}

// From step 0 to the newest, so that the points stand under those of the other charts.
function table(known, last, { outcome }) {
  const xs = [...new Set([0, ...known.keys(), last])].sort((a, b) => a - b);
  return [xs, xs.map((x) => known.get(x) ?? null), xs.map(() => outcome?.accuracy_before ?? null)];
}
