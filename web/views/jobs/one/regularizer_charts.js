// The regulariser's terms, and how much its gradient weighs.

import { SYNC, chartCard } from "./chart_card.js";

const HUES = { h0: "h0", h1: "h1" };
const NAMES = { h0: "H0 term", h1: "H1 term" };

export function termsChart(terms, signal) {
  const series = terms.map((name, i) => ({
    name: NAMES[name] ?? name,
    hue: HUES[name] ?? ["h0", "h1", "h2", "other"][i % 4],
    dash: i % 2 === 1,
  }));
  const { element, drawn } = chartCard(
    "Regulariser",
    "terms before their weights",
    { series, sync: SYNC },
    signal,
  );
  return {
    element,
    show: (steps) =>
      drawn.show([
        steps.column((row) => row.step),
        ...terms.map((name) => steps.column((row) => row.terms[name])),
      ]),
  };
}

const RATIO = [{ name: "Regulariser : cross-entropy", hue: "other" }];

export function ratioChart(signal) {
  const { element, drawn } = chartCard(
    "Gradient ratio",
    "1e-6 does nothing",
    { series: RATIO, sync: SYNC, logarithmic: true },
    signal,
  );
  return {
    element,
    // A logarithm has no place for zero.
    show: (steps) =>
      drawn.show([
        steps.column((row) => row.step),
        steps.column((row) => (row.gradient_ratio > 0 ? row.gradient_ratio : null)),
      ]),
  };
}
