// What uPlot is told: the lines and axes of a chart in the page's colours.

import { axes } from "./chart_axes.js";
import { colour } from "./theme.js";

export const HEIGHT = 210;

// Of the chart as it stands: `width`, `isOn` of a series, whether it is of a `single` step, and
// `onCursor`, which gets the index under the pointer.
export function chartOptions(
  { series, sync, logarithmic = false, scales = {} },
  { width, isOn, single, onCursor },
) {
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: cursor(sync),
    scales: { x: { time: false }, y: logarithmic ? { distr: 3 } : {}, ...scales },
    axes: axes(series),
    series: [{}, ...series.map((each, index) => line(each, isOn(index), single))],
    hooks: { setCursor: [(self) => onCursor(self.cursor.idx)] },
  };
}

function cursor(sync) {
  return {
    y: false,
    drag: { x: true, y: false },
    sync: sync && { key: sync },
    points: { size: 6 },
  };
}

function line({ hue, dash, points = false, scale = "y", name }, show, single) {
  const stroke = colour(hue);
  return {
    label: name,
    scale,
    stroke,
    width: 1.6,
    dash: dash && [5, 4],
    spanGaps: true,
    show,
    points: points ? { show: true, size: 6, fill: stroke } : { show: single },
  };
}
