// A chart of series over steps (uPlot), with a legend of buttons, and a table of the same values.
// `series`: [{ name, hue, dash, points, scale, format }]; every scale but "y" stands at the right.

import uPlot from "/web/vendor/uplot/uPlot.esm.js";

import { h } from "../core/dom.js";
import { figure } from "../core/format.js";
import { X_NAME } from "./chart_axes.js";
import { HEIGHT, chartOptions } from "./chart_options.js";
import { legend } from "./legend.js";
import { whenThemeChanges } from "./theme.js";
import { valuesTable } from "./values_table.js";

// `asked`: title and series; where needed `sync` (charts of the same moves together), `logarithmic`
// and `scales`.
export function chart(asked, signal) {
  return new Chart(asked, signal);
}

class Chart {
  constructor(asked, signal) {
    const { title, series } = asked;
    const room = h("div", { class: "chart-room", role: "img" });
    const key = legend(series, (index, show) => this.plot?.setSeries(index + 1, { show }));
    const values = valuesTable(title, X_NAME, series);
    const element = h("figure", {}, key.element, room, values.element);
    const data = [[], ...series.map(() => [])];
    Object.assign(this, { asked, room, key, values, element, data, plot: null });
    whenResized(room, () => this.resize(), signal);
    signal.addEventListener("abort", () => this.plot?.destroy());
    whenThemeChanges(() => this.draw(), signal);
  }

  show(data) {
    this.data = data;
    this.room.setAttribute("aria-label", summary(this.asked, data));
    this.point();
    this.values.show(data);
    if (this.plot) this.plot.setData(data);
    else this.draw();
  }

  // A line at a step, for what stands beside the chart.
  mark(index) {
    if (!this.plot || index < 0) return;
    this.plot.setCursor({ left: this.plot.valToPos(this.data[0][index], "x"), top: 0 });
    this.point(index);
  }

  // The legend tells the values at the pointer, or the newest.
  point(index) {
    this.key.point(index ?? this.data[0].length - 1, this.data);
  }

  resize() {
    if (this.plot) this.plot.setSize({ width: this.room.clientWidth, height: HEIGHT });
    else this.draw();
  }

  draw() {
    this.plot?.destroy();
    this.plot = this.room.clientWidth ? new uPlot(this.options(), this.data, this.room) : null;
  }

  options() {
    return chartOptions(this.asked, {
      width: this.room.clientWidth,
      isOn: this.key.isOn,
      single: this.data[0].length < 2,
      onCursor: (index) => this.point(index),
    });
  }
}

function whenResized(element, act, signal) {
  const resized = new ResizeObserver(act);
  resized.observe(element);
  signal.addEventListener("abort", () => resized.disconnect());
}

function summary({ title, series }, data) {
  const [xs, ...columns] = data;
  if (!xs.length) return `${title}: nothing measured yet`;
  const told = series.map(({ name, format = figure }, i) => {
    const known = columns[i].filter((value) => value !== null && value !== undefined);
    return known.length
      ? `${name} from ${format(known[0])} to ${format(known.at(-1))}`
      : `${name} not measured`;
  });
  return `${title}, ${X_NAME} ${xs[0]} to ${xs.at(-1)}: ${told.join("; ")}`;
}
