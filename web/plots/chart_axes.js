// Axes of a chart in the page's colours; wide enough for their numbers.

import { figure } from "../core/format.js";

const FONT = "11px system-ui, sans-serif";

export function axes(series, { xName, yName, colour }) {
  const right = [
    ...new Map(
      series.filter((line) => line.scale && line.scale !== "y").map((line) => [line.scale, line]),
    ).values(),
  ];
  return [
    {
      ...look(colour),
      label: xName,
      labelSize: 18,
      size: 28,
      values: (_, ticks) =>
        ticks.map((tick) => (Number.isInteger(tick) ? tick.toLocaleString("en") : "")),
    },
    { ...look(colour), label: yName, labelSize: yName ? 18 : 0, size: 52, values: numbers(figure) },
    ...right.map(({ scale, format = figure, axisName }) => ({
      ...look(colour),
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

function look(colour) {
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
