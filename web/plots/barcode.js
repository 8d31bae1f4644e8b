// Barcodes: every bar from its birth to its death, H0 at the bottom.

import { fill, s } from "../core/dom.js";
import { figure } from "../core/format.js";
import { BOX, canvas, frame, linear } from "./axes.js";

// `ends` are those of the axis; a bar that is born before them begins at the edge.
export function barcodePlot(ends) {
  const plot = canvas("Barcode");
  const across = linear(ends, [BOX.left, BOX.width - BOX.right]);
  const x = (value) => across(Math.max(ends[0], value));
  return {
    element: plot,
    show(diagrams) {
      const bars = diagrams.flatMap((diagram) => sorted(diagram, ends[1]));
      const y = linear([0, Math.max(bars.length, 1)], [BOX.height - BOX.bottom - 4, BOX.top]);
      const thick = Math.min(
        5,
        (0.72 * (BOX.height - BOX.bottom - BOX.top)) / Math.max(bars.length, 1),
      );
      fill(
        plot,
        frame({ x, y, xs: ends, ys: [0, 1], xName: "distance", yName: "bar", yTicks: false }),
        bars.map((bar, i) => line(bar, x, y(i + 0.5), thick)),
      );
      plot.setAttribute("aria-label", `Barcode of ${bars.length} bars`);
    },
  };
}

function sorted({ dimension, births, deaths, essential }, top) {
  const finite = births.map((birth, i) => ({ dimension, birth, death: deaths[i], endless: false }));
  const endless = essential.map((birth) => ({ dimension, birth, death: top, endless: true }));
  return [...finite, ...endless].sort((a, b) => a.birth - b.birth || a.death - b.death);
}

function line({ dimension, birth, death, endless }, x, y, thick) {
  const told = s(
    "title",
    {},
    `H${dimension}: ${figure(birth)} to ${endless ? "no end" : figure(death)}`,
  );
  return s(
    "g",
    { "data-hue": `h${dimension}` },
    s(
      "line",
      {
        class: endless ? "bar essential" : "bar",
        x1: x(birth),
        x2: Math.max(x(death), x(birth) + 1),
        y1: y,
        y2: y,
        "stroke-width": thick,
      },
      told,
    ),
  );
}
