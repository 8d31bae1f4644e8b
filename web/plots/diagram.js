// Persistence diagrams: the birth of each bar against its death. The axes hold for all snapshots,
// so that what moves is the shape.

import { fill, s } from "../core/dom.js";
import { figure } from "../core/format.js";
import { BOX, canvas, frame, linear } from "./axes.js";

// `ends` are those of both axes; what is born before them stands at the edge.
export function diagramPlot(ends) {
  const plot = canvas("Persistence diagram");
  const across = linear(ends, [BOX.left, BOX.width - BOX.right]);
  const x = (birth) => across(Math.max(ends[0], birth));
  const y = linear(ends, [BOX.height - BOX.bottom, BOX.top]);
  const ground = [
    frame({ x, y, xs: ends, ys: ends, xName: "birth (distance)", yName: "death (distance)" }),
    s("line", {
      class: "diagonal",
      x1: x(ends[0]),
      y1: y(ends[0]),
      x2: x(ends[1]),
      y2: y(ends[1]),
    }),
  ];
  return {
    element: plot,
    show(diagrams) {
      fill(
        plot,
        ground,
        diagrams.map((diagram) => marks(diagram, x, y, ends[1])),
      );
      plot.setAttribute("aria-label", `Persistence diagram: ${diagrams.map(spoken).join("; ")}`);
    },
  };
}

function marks({ dimension, births, deaths, essential }, x, y, top) {
  const finite = births.map((birth, i) =>
    mark(
      dimension,
      x(birth),
      y(deaths[i]),
      "mark",
      `H${dimension}: born ${figure(birth)}, dies ${figure(deaths[i])}`,
    ),
  );
  const endless = essential.map((birth) =>
    mark(
      dimension,
      x(birth),
      y(top),
      "mark hollow",
      `H${dimension}: born ${figure(birth)}, never dies`,
    ),
  );
  return s("g", { "data-hue": `h${dimension}` }, finite, endless);
}

// Round for H0, a triangle for H1, a square for H2: readable without colour.
function mark(dimension, cx, cy, kind, title) {
  const told = s("title", {}, title);
  if (dimension === 0) return s("circle", { class: kind, cx, cy, r: 4 }, told);
  if (dimension === 1) return s("path", { class: kind, d: `M${cx} ${cy - 5}l5 8.6h-10z` }, told);
  return s("rect", { class: kind, x: cx - 4, y: cy - 4, width: 8, height: 8 }, told);
}

function spoken({ dimension, births, essential }) {
  return `H${dimension} has ${births.length} finite bars and ${essential.length} without end`;
}
