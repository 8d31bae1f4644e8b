// Names and values: small ones in a list, important ones as figures, nested settings as a tree.

import { h } from "../core/dom.js";
import { plain } from "../core/format.js";

export function facts(pairs) {
  const shown = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return h(
    "dl",
    { class: "facts" },
    shown.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
  );
}

export function figures(tiles) {
  const items = tiles.map(([name, value, note]) =>
    h("div", {}, h("dt", {}, name), h("dd", {}, value, note && [" ", h("small", {}, note)])),
  );
  return h("dl", { class: "figures" }, items);
}

export function tree(settings) {
  // The store keeps no order; the kind of a thing comes first, what it holds last.
  const rank = ([name, value]) => (isGroup(value) ? 2 : name === "type" ? 0 : 1);
  const sorted = Object.entries(settings).sort(
    (a, b) => rank(a) - rank(b) || a[0].localeCompare(b[0]),
  );
  const items = sorted.map(([name, value]) =>
    isGroup(value)
      ? h("li", {}, h("span", { class: "name mono" }, name), tree(value))
      : h(
          "li",
          {},
          h("span", { class: "name mono" }, name),
          h("span", { class: "mono" }, plain(value)),
        ),
  );
  return h("ul", { class: "tree" }, items);
}

function isGroup(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
