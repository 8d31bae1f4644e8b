// The values of a chart as a table, made when it is opened; long runs are thinned evenly.

import { fill, h } from "../core/dom.js";
import { figure } from "../core/format.js";

const ROWS = 60;

export function valuesTable(title, xName, series) {
  const room = h("div", {
    class: "scroll",
    tabindex: "0",
    role: "region",
    "aria-label": `${title}, values`,
  });
  const element = h("details", { class: "chart-table" }, h("summary", {}, "Values"), room);
  let data = [[]];
  const update = () => element.open && fill(room, body(xName, series, data));
  element.addEventListener("toggle", update);
  return {
    element,
    show(next) {
      data = next;
      update();
    },
  };
}

function body(xName, series, [xs, ...columns]) {
  const head = h(
    "tr",
    {},
    [xName, ...series.map((line) => line.name)].map((name) =>
      h("th", { class: "number", scope: "col" }, name),
    ),
  );
  const rows = chosen(xs.length).map((at) =>
    h(
      "tr",
      {},
      h("td", { class: "number" }, xs[at]),
      series.map(({ format = figure }, i) => h("td", { class: "number" }, format(columns[i][at]))),
    ),
  );
  return h("table", { class: "compact" }, h("thead", {}, head), h("tbody", {}, rows));
}

function chosen(length) {
  const size = Math.min(ROWS, length);
  return Array.from({ length: size }, (_, i) =>
    Math.round((i * (length - 1)) / Math.max(1, size - 1)),
  );
}
