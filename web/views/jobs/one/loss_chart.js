// Cross-entropy at each step, and with the regulariser on top.

import { SYNC, chartCard } from "./chart_card.js";

const SERIES = [
  { name: "Training", hue: "h0" },
  { name: "With regulariser", hue: "muted", dash: true },
  { name: "Validation", hue: "other", points: true },
];

export function lossChart(signal) {
  const { element, drawn } = chartCard(
    "Loss",
    "nats per answer token",
    { series: SERIES, sync: SYNC },
    signal,
  );
  return {
    element,
    show(steps, snapshots) {
      const xs = steps.column((row) => row.step);
      const validation = new Map(
        snapshots.map((each) => [each.step_number, each.metrics.full_valid_loss]),
      );
      drawn.show([
        xs,
        steps.column((row) => row.loss),
        steps.column((row) => row.loss + row.regularizer),
        xs.map((step) => validation.get(step) ?? null),
      ]);
    },
  };
}
