// Scales and axes of a small plot in SVG.

import { s } from "../core/dom.js";
import { figure } from "../core/format.js";

export const BOX = { width: 340, height: 300, left: 46, right: 12, top: 10, bottom: 36 };

export function linear([from, to], [start, end]) {
  const span = to - from || 1;
  return (value) => start + ((value - from) / span) * (end - start);
}

const MARGIN = 0.08;

// The ends of a domain a little beyond the values; something to draw on if there are none.
export function domain(values) {
  const known = values.filter(Number.isFinite);
  if (!known.length) return [0, 1];
  const [low, high] = known.reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Infinity, -Infinity],
  );
  const room = (high - low || Math.abs(high) || 1) * MARGIN;
  return [low - room, high + room];
}

const TICKS = 5;

function ticks([from, to]) {
  const rough = (to - from) / TICKS;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = size * ([1, 2, 5, 10].find((times) => times * size >= rough) ?? 10);
  const found = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to + step * 1e-6; tick += step)
    found.push(Math.abs(tick) < step * 1e-6 ? 0 : tick);
  return found;
}

const FLOOR = BOX.height - BOX.bottom;
const RIGHT = BOX.width - BOX.right;

export function frame({ x, y, xs, ys, xName, yName, yTicks = true }) {
  return [
    ticks(xs).map((tick) => upright(tick, x)),
    yTicks ? ticks(ys).map((tick) => level(tick, y)) : [],
    s("path", { class: "axis", d: `M${BOX.left} ${BOX.top}V${FLOOR}H${RIGHT}` }),
    names(xName, yName),
  ];
}

function upright(tick, x) {
  return [
    s("line", { class: "grid-line", x1: x(tick), x2: x(tick), y1: BOX.top, y2: FLOOR }),
    s("text", { x: x(tick), y: FLOOR + 14, "text-anchor": "middle" }, figure(tick)),
  ];
}

function level(tick, y) {
  return [
    s("line", { class: "grid-line", x1: BOX.left, x2: RIGHT, y1: y(tick), y2: y(tick) }),
    s("text", { x: BOX.left - 6, y: y(tick) + 4, "text-anchor": "end" }, figure(tick)),
  ];
}

function names(xName, yName) {
  const middle = (BOX.top + FLOOR) / 2;
  return [
    s("text", { x: (BOX.left + RIGHT) / 2, y: BOX.height - 4, "text-anchor": "middle" }, xName),
    s(
      "text",
      { x: 11, y: middle, "text-anchor": "middle", transform: `rotate(-90 11 ${middle})` },
      yName,
    ),
  ];
}

export function canvas(label) {
  return s("svg", {
    class: "plot",
    viewBox: `0 0 ${BOX.width} ${BOX.height}`,
    role: "img",
    "aria-label": label,
  });
}
