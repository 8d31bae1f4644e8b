// Figures of an experiment in the units of its report: points, nats, steps.

import { h } from "../../core/dom.js";
import { NONE } from "../../core/format.js";

const UNITS = { accuracy: [100, 1], loss: [1, 3], iterations: [1, 1], overhead: [100, 1] };

export function show(metric, value, sign = metric === "overhead") {
  if (value === null || value === undefined) return NONE;
  const [times, decimals] = UNITS[metric];
  const text = Math.abs(value * times).toFixed(decimals);
  const mark = value < 0 ? "−" : sign ? "+" : "";
  return `${mark}${text}${metric === "accuracy" || metric === "overhead" ? " %" : ""}`;
}

export function withInterval(metric, interval) {
  if (!interval) return NONE;
  if (interval.low === null) return show(metric, interval.mean);
  return [show(metric, interval.mean), h("span", { class: "sub" }, `${show(metric, interval.low)} to ${show(metric, interval.high)}`)];
}

export function pValue(p) {
  if (p === null) return NONE;
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}
