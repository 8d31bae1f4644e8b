// Figures of an experiment in the units of its report: per cent, nats, steps; differences of shares
// in points.

import { h } from "../../core/dom.js";
import { NONE } from "../../core/format.js";

const UNITS = {
  accuracy: { times: 100, decimals: 1, unit: " %", apart: " points" },
  loss: { times: 1, decimals: 3, unit: "", apart: "" },
  iterations: { times: 1, decimals: 1, unit: "", apart: "" },
};

export function show(metric, value) {
  return isMissing(value) ? NONE : `${sized(metric, value)}${UNITS[metric].unit}`;
}

export function showDifference(metric, value) {
  if (isMissing(value)) return NONE;
  return `${value < 0 ? "−" : "+"}${sized(metric, Math.abs(value))}${UNITS[metric].apart}`;
}

export function withInterval(metric, interval) {
  if (!interval) return NONE;
  if (interval.low === null) return show(metric, interval.mean);
  return [
    show(metric, interval.mean),
    h("span", { class: "sub" }, `${show(metric, interval.low)} to ${show(metric, interval.high)}`),
  ];
}

export function overhead(share) {
  return share === null ? NONE : `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(1)} %`;
}

function sized(metric, value) {
  const { times, decimals } = UNITS[metric];
  return (value * times).toFixed(decimals);
}

function isMissing(value) {
  return value === null || value === undefined;
}
