// A chart of series over steps (uPlot), with a legend of buttons, and a table of the same values.
// `series`: [{ name, hue, dash, points, scale, format }]; every scale but "y" stands at the right.

import uPlot from "/web/vendor/uplot/uPlot.esm.js";

import { h } from "../core/dom.js";
import { figure } from "../core/format.js";
import { axes } from "./chart_axes.js";
import { legend } from "./legend.js";
import { colour, whenThemeChanges } from "./theme.js";
import { valuesTable } from "./values_table.js";

export function chart(
  {
    title,
    xName = "step",
    yName = "",
    series,
    logarithmic = false,
    height = 210,
    sync,
    scales = {},
  },
  signal,
) {
  const room = h("div", { class: "chart-room", role: "img" });
  const key = legend(series, (index, visible) => plot?.setSeries(index + 1, { show: visible }));
  const values = valuesTable(title, xName, series);
  const element = h("figure", {}, key.element, room, values.element);
  let data = [[], ...series.map(() => [])];
  let plot = null;

  const draw = () => {
    plot?.destroy();
    plot = room.clientWidth ? new uPlot(options(), data, room) : null;
  };
  const options = () => ({
    width: room.clientWidth,
    height,
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: true, y: false },
      sync: sync && { key: sync },
      points: { size: 6 },
    },
    scales: { x: { time: false }, y: logarithmic ? { distr: 3 } : {}, ...scales },
    axes: axes(series, { xName, yName, colour }),
    series: [{}, ...series.map(line)],
    hooks: { setCursor: [(self) => key.point(self.cursor.idx ?? data[0].length - 1, data)] },
  });
  const resized = new ResizeObserver(() =>
    plot ? plot.setSize({ width: room.clientWidth, height }) : draw(),
  );
  resized.observe(room);
  signal.addEventListener("abort", () => {
    resized.disconnect();
    plot?.destroy();
  });
  whenThemeChanges(draw, signal);

  return {
    element,
    show(next) {
      data = next;
      room.setAttribute("aria-label", summary(title, xName, series, data));
      key.point(data[0].length - 1, data);
      values.show(data);
      if (plot) plot.setData(data);
      else draw();
    },
    // A line at a step, for what stands beside the chart.
    mark(index) {
      if (!plot || index < 0) return;
      plot.setCursor({ left: plot.valToPos(data[0][index], "x"), top: 0 });
      key.point(index, data);
    },
  };

  function line({ hue, dash, points = false, scale = "y", name }, index) {
    const stroke = colour(hue);
    return {
      label: name,
      scale,
      stroke,
      width: 1.6,
      dash: dash && [5, 4],
      spanGaps: true,
      show: key.isOn(index),
      points: points ? { show: true, size: 6, fill: stroke } : { show: data[0].length < 2 },
    };
  }
}

function summary(title, xName, series, data) {
  const [xs, ...columns] = data;
  if (!xs.length) return `${title}: nothing measured yet`;
  const told = series.map(({ name, format = figure }, i) => {
    const known = columns[i].filter((value) => value !== null && value !== undefined);
    return known.length
      ? `${name} from ${format(known[0])} to ${format(known.at(-1))}`
      : `${name} not measured`;
  });
  return `${title}, ${xName} ${xs[0]} to ${xs.at(-1)}: ${told.join("; ")}`;
}
