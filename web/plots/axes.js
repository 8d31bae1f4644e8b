// Scales and axes of a small plot in SVG.

import { s } from "../core/dom.js";
import { figure } from "../core/format.js";

export const BOX = { width: 340, height: 300, left: 46, right: 12, top: 10, bottom: 36 };

export function linear([from, to], [start, end]) {
  const span = to - from || 1;
  return (value) => start + ((value - from) / span) * (end - start);
}

// The ends of a domain a little beyond the values; something to draw on if there are none.
export function domain(values, share = 0.05) {
  const known = values.filter(Number.isFinite);
  if (!known.length) return [0, 1];
  const [low, high] = known.reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Infinity, -Infinity],
  );
  const room = (high - low || Math.abs(high) || 1) * share;
  return [low - room, high + room];
}

export function ticks([from, to], about = 5) {
  const rough = (to - from) / about;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = size * ([1, 2, 5, 10].find((times) => times * size >= rough) ?? 10);
  const found = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to + step * 1e-6; tick += step)
    found.push(Math.abs(tick) < step * 1e-6 ? 0 : tick);
  return found;
}

export function frame({ x, y, xs, ys, xName, yName, box = BOX, yTicks = true }) {
  const floor = box.height - box.bottom;
  const vertical = ticks(xs).map((tick) => [
    s("line", { class: "grid-line", x1: x(tick), x2: x(tick), y1: box.top, y2: floor }),
    s("text", { x: x(tick), y: floor + 14, "text-anchor": "middle" }, figure(tick)),
  ]);
  const horizontal = !yTicks
    ? []
    : ticks(ys).map((tick) => [
        s("line", {
          class: "grid-line",
          x1: box.left,
          x2: box.width - box.right,
          y1: y(tick),
          y2: y(tick),
        }),
        s("text", { x: box.left - 6, y: y(tick) + 4, "text-anchor": "end" }, figure(tick)),
      ]);
  const middle = (box.top + floor) / 2;
  return [
    vertical,
    horizontal,
    s("path", { class: "axis", d: `M${box.left} ${box.top}V${floor}H${box.width - box.right}` }),
    s(
      "text",
      { x: (box.left + box.width - box.right) / 2, y: box.height - 4, "text-anchor": "middle" },
      xName,
    ),
    s(
      "text",
      { x: 11, y: middle, "text-anchor": "middle", transform: `rotate(-90 11 ${middle})` },
      yName,
    ),
  ];
}

export function canvas(label, box = BOX) {
  return s("svg", {
    class: "plot",
    viewBox: `0 0 ${box.width} ${box.height}`,
    role: "img",
    "aria-label": label,
  });
}
