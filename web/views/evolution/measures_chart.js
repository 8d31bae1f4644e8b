// One measure over the run, with the accuracy beside it, and a mark at the chosen snapshot.

import { h } from "../../core/dom.js";
import { measureText, percent } from "../../core/format.js";
import { fieldWith, select } from "../../parts/field.js";
import { chart } from "../../plots/chart.js";
import { accuracyAt, measure, measureNames } from "./data.js";

const FAVOURITE = "h0.mean_lifetime";

export function measuresChart(clouds, signal) {
  const names = measureNames(clouds);
  const choice = select(
    "measure",
    names.map((name) => [name, measureText(name)]),
    names.includes(FAVOURITE) ? FAVOURITE : names[0],
  );
  const room = h("div", {});
  let drawn = null;
  let at = 0;
  let shown = null;

  function draw() {
    shown?.abort();
    shown = new AbortController();
    drawn = chart(options(choice.value, clouds), shown.signal);
    room.replaceChildren(drawn.element);
    const xs = clouds.map((cloud) => cloud.step);
    drawn.show([
      xs,
      clouds.map((cloud) => measure(cloud, choice.value)),
      ...(graded(clouds) ? [clouds.map(accuracyAt)] : []),
    ]);
    drawn.mark(at);
  }
  choice.addEventListener("change", draw);
  signal.addEventListener("abort", () => shown?.abort());
  const head = h(
    "div",
    { class: "card-head" },
    h("h2", {}, graded(clouds) ? "Measure and accuracy" : "Measure"),
  );
  return {
    element: h("section", { class: "card" }, head, fieldWith("Measure", choice).element, room),
    draw,
    mark(index) {
      at = index;
      drawn?.mark(index);
    },
  };
}

function options(name, clouds) {
  const series = [
    { name: measureText(name), hue: name.startsWith("h1") ? "h1" : "h0", points: true },
  ];
  if (graded(clouds))
    series.push({
      name: "Accuracy",
      hue: "other",
      dash: true,
      points: true,
      scale: "accuracy",
      format: percent,
      axisName: "",
    });
  return {
    title: measureText(name),
    series,
    scales: graded(clouds) ? { accuracy: { range: [0, 1] } } : {},
  };
}

function graded(clouds) {
  return clouds.some((cloud) => accuracyAt(cloud) !== null);
}
