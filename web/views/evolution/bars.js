// Diagram and barcode of the chosen snapshot, from zero or zoomed to where the bars end: in many
// dimensions all distances are nearly the same.

import { fill, h } from "../../core/dom.js";
import { barcodePlot } from "../../plots/barcode.js";
import { diagramPlot } from "../../plots/diagram.js";
import { deathRange } from "./data.js";

export function barsCards(clouds) {
  const [low, high] = deathRange(clouds);
  const rooms = [h("div"), h("div")];
  const button = h(
    "button",
    { type: "button", class: "plain", "aria-pressed": "false", onclick: flip },
    "Zoom in",
  );
  let zoomed = false;
  let at = 0;
  let plots = made();

  function made() {
    const ends = zoomed
      ? [low - 0.1 * (high - low), high + 0.1 * (high - low)]
      : [0, high * 1.06 || 1];
    const both = [diagramPlot(ends), barcodePlot(ends)];
    both.forEach((plot, i) => fill(rooms[i], plot.element));
    return both;
  }

  function flip() {
    zoomed = !zoomed;
    button.setAttribute("aria-pressed", String(zoomed));
    plots = made();
    show(at);
  }

  function show(index) {
    at = index;
    for (const plot of plots) plot.show(clouds[index].diagrams);
  }

  return {
    elements: [
      card("Persistence diagram", rooms[0], key(clouds), button),
      card("Barcode", rooms[1], key(clouds)),
    ],
    show,
  };
}

function card(title, room, notes, button = null) {
  return h(
    "section",
    { class: "card" },
    h("div", { class: "card-head" }, h("h2", {}, title), button),
    room,
    notes,
  );
}

const SHAPES = ["●", "▲", "■"];
const MEANINGS = ["components", "loops", "voids"];

function key(clouds) {
  const dimensions = [
    ...new Set(clouds.flatMap((cloud) => cloud.diagrams.map((each) => each.dimension))),
  ].sort();
  return h(
    "ul",
    { class: "plot-key" },
    dimensions.map((each) =>
      h(
        "li",
        { "data-hue": `h${each}` },
        h("span", { class: "hue" }, `${SHAPES[each]} H${each}`),
        ` ${MEANINGS[each]}`,
      ),
    ),
    h("li", {}, "hollow or dashed: never dies"),
  );
}
