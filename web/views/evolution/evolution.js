// The shape of a prompt over its snapshots: one slider moves all of it together.

import { h } from "../../core/dom.js";
import { tokenMapPlot } from "../../plots/token_map.js";
import { barsCards } from "./bars.js";
import { measuresChart } from "./measures_chart.js";
import { measuresTable } from "./measures_table.js";
import { scrubber } from "./scrubber.js";
import { wordsAt, wordsCard } from "./words.js";

export function evolution(clouds, { start = clouds.length - 1, onStep = () => {}, signal }) {
  const light = (token) => [map, words].forEach((each) => each?.light(token));
  const bars = barsCards(clouds);
  const map = clouds.every((cloud) => cloud.map)
    ? tokenMapPlot(
        clouds.map((cloud) => cloud.map),
        light,
      )
    : null;
  const words = clouds.some((cloud) => cloud.snapshot) ? wordsCard(clouds, light) : null;
  const measures = measuresTable(clouds);
  const course = clouds.length > 1 ? measuresChart(clouds, signal) : null;
  const slider = clouds.length > 1 ? scrubber(clouds, start, show, signal) : null;

  function show(index) {
    bars.show(index);
    map?.show(index, wordsAt(clouds[index]));
    words?.show(index);
    measures.show(index);
    course?.mark(index);
    onStep(clouds[index].step);
  }

  return {
    element: h(
      "div",
      { class: "stack" },
      slider?.element,
      h("div", { class: "evolution" }, bars.elements, map && mapCard(map)),
      h(
        "div",
        { class: "grid" },
        h("div", { class: "stack top" }, course?.element, words?.element),
        measures.element,
      ),
    ),
    begin() {
      course?.draw();
      if (slider) slider.move(start);
      else show(0);
    },
  };
}

function mapCard(map) {
  const note = "Numbers are virtual tokens; lines are the way they came.";
  return h(
    "section",
    { class: "card" },
    h("h2", {}, "Token map"),
    map.element,
    h("p", { class: "plot-key" }, note),
  );
}
