// Axes of a chart in the page's colours; wide enough for their numbers.

import { figure } from "../core/format.js";
import { colour } from "./theme.js";

export const X_NAME = "step";

const FONT = "11px system-ui, sans-serif";

export function axes(series) {
  const right = [
    ...new Map(
      series.filter((line) => line.scale && line.scale !== "y").map((line) => [line.scale, line]),
    ).values(),
  ];
  return [
    {
      ...look(),
      label: X_NAME,
      labelSize: 18,
      size: 28,
      values: (_, ticks) =>
        ticks.map((tick) => (Number.isInteger(tick) ? tick.toLocaleString("en") : "")),
    },
    { ...look(), size: 52, values: numbers(figure) },
    ...right.map(({ scale, format = figure, axisName }) => ({
      ...look(),
      scale,
      side: 1,
      grid: { show: false },
      label: axisName,
      labelSize: 18,
      size: 50,
      values: numbers(format),
    })),
  ];
}

function look() {
  return {
    stroke: colour("muted"),
    font: FONT,
    labelFont: FONT,
    grid: { stroke: colour("grid"), width: 1 },
    ticks: { show: false },
  };
}

function numbers(format) {
  return (_, ticks) => ticks.map((tick) => (tick === null ? "" : format(tick)));
}
