// A chart in its card.

import { h } from "../../../core/dom.js";
import { chart } from "../../../plots/chart.js";

export const SYNC = "job steps";

export function chartCard(title, note, options, signal) {
  const drawn = chart({ title, ...options }, signal);
  const head = h(
    "div",
    { class: "card-head" },
    h("h2", {}, title),
    note && h("span", { class: "muted small" }, note),
  );
  return { element: h("section", { class: "card" }, head, drawn.element), drawn };
}
