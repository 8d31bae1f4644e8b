// The drawn figures of an analysis, to look at and to save.

import { h } from "../../core/dom.js";
import { words } from "../../core/format.js";

export function figuresCard(figures) {
  if (!figures.length) return null;
  const names = [...new Set(figures.map((figure) => figure.name))];
  return h(
    "section",
    { class: "card" },
    h("h2", {}, "Figures"),
    h(
      "div",
      { class: "grid" },
      names.map((name) =>
        shown(
          name,
          figures.filter((figure) => figure.name === name),
        ),
      ),
    ),
  );
}

function shown(name, formats) {
  const drawing =
    formats.find((figure) => figure.format === "svg") ??
    formats.find((figure) => figure.format === "png");
  const links = formats.map((figure) =>
    h("a", { href: figure.url, download: `${name}.${figure.format}` }, figure.format.toUpperCase()),
  );
  return h(
    "figure",
    {},
    drawing &&
      h("img", { class: "figure-image", src: drawing.url, alt: words(name), loading: "lazy" }),
    h("figcaption", { class: "row small" }, words(name), links),
  );
}
