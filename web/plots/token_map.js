// Where each virtual token stands in the plane of the run's largest variance, and the way that it
// came. The axes hold for all snapshots.

import { fill, s } from "../core/dom.js";
import { BOX, canvas, domain, frame, linear } from "./axes.js";

const TRAIL = 40;

export function tokenMapPlot(maps, onToken) {
  const plot = canvas("Token map");
  const { x, y, xs, ys } = scales(maps);
  const ground = frame({ x, y, xs, ys, xName: "first principal component", yName: "second" });
  let dots = [];
  return {
    element: plot,
    show(index, words) {
      const points = maps[index];
      dots = points.map((point, token) => dot(point, token, words[token], x, y, onToken));
      fill(
        plot,
        ground,
        points.map((_, token) => trail(maps, index, token, x, y)),
        dots,
        points.map((point, token) => name(point, token, x, y)),
      );
      plot.setAttribute("aria-label", `Token map: ${points.length} virtual tokens`);
    },
    light: (token) => dots.forEach((each, i) => each.classList.toggle("lit", i === token)),
  };
}

// One unit is as long to the right as upwards: distances can be compared by eye.
function scales(maps) {
  const points = maps.flat();
  const xs = domain(points.map(([a]) => a));
  const ys = domain(points.map(([, b]) => b));
  const wide = BOX.width - BOX.left - BOX.right;
  const high = BOX.height - BOX.top - BOX.bottom;
  const unit = Math.max((xs[1] - xs[0]) / wide, (ys[1] - ys[0]) / high);
  const [ex, ey] = [around(xs, unit * wide), around(ys, unit * high)];
  return {
    xs: ex,
    ys: ey,
    x: linear(ex, [BOX.left, BOX.width - BOX.right]),
    y: linear(ey, [BOX.height - BOX.bottom, BOX.top]),
  };
}

function around([from, to], span) {
  const middle = (from + to) / 2;
  return [middle - span / 2, middle + span / 2];
}

function trail(maps, index, token, x, y) {
  const way = maps
    .slice(Math.max(0, index - TRAIL), index + 1)
    .map((points) => points[token])
    .filter(Boolean);
  if (way.length < 2) return null;
  return s("path", {
    class: "trail",
    d: `M${way.map(([a, b]) => `${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join("L")}`,
  });
}

function dot([a, b], token, word, x, y, onToken) {
  return s(
    "circle",
    {
      class: "token",
      cx: x(a),
      cy: y(b),
      r: 4.5,
      onpointerenter: () => onToken(token),
      onpointerleave: () => onToken(null),
    },
    s("title", {}, `virtual token ${token + 1}${word ? `, nearest “${word}”` : ""}`),
  );
}

function name([a, b], token, x, y) {
  return s("text", { class: "token-name", x: x(a) + 6, y: y(b) - 5 }, token + 1);
}
