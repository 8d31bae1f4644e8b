// The measures of one snapshot: a column per dimension, and how far each is from the first one.

import { fill, h } from "../../core/dom.js";
import { figure, isNumber, words } from "../../core/format.js";
import { measure, measureNames } from "./data.js";

const ALONE = "geometry";

export function measuresTable(clouds) {
  const names = measureNames(clouds);
  const groups = [...new Set(names.map((name) => name.split(".")[0]))].filter(
    (group) => group !== ALONE,
  );
  const rows = [
    ...new Set(names.filter((name) => !name.startsWith(ALONE)).map((name) => name.split(".")[1])),
  ];
  const alone = names.filter((name) => name.startsWith(ALONE)).map((name) => name.split(".")[1]);
  const body = h("tbody");
  const head = h(
    "tr",
    {},
    h("th", { scope: "col" }, "Measure"),
    groups.map((group) =>
      h(
        "th",
        { scope: "col", class: "number", "data-hue": group },
        h("span", { class: "hue" }, group.toUpperCase()),
      ),
    ),
  );
  const table = h(
    "table",
    { class: "compact" },
    h(
      "caption",
      { class: "unseen" },
      "Measures of the chosen snapshot, below each its change since the first",
    ),
    h("thead", {}, head),
    body,
  );
  return {
    element: h(
      "section",
      { class: "card" },
      h(
        "div",
        { class: "card-head" },
        h("h2", {}, "Measures"),
        h("span", { class: "muted small" }, "below: since the first snapshot"),
      ),
      table,
    ),
    show(index) {
      const cell = (group, row) =>
        value(measure(clouds[index], `${group}.${row}`), measure(clouds[0], `${group}.${row}`));
      fill(
        body,
        rows.map((row) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, words(row)),
            groups.map((group) => cell(group, row)),
          ),
        ),
        alone.map((row) =>
          h("tr", {}, h("th", { scope: "row" }, words(row)), fillers(groups), cell(ALONE, row)),
        ),
      );
    },
  };
}

function fillers(groups) {
  return groups.slice(1).map(() => h("td"));
}

function value(here, first) {
  return h(
    "td",
    { class: "number" },
    figure(here),
    " ",
    h("span", { class: "sub" }, change(here, first)),
  );
}

function change(here, first) {
  if (!isNumber(here) || !isNumber(first)) return "";
  const moved = here - first;
  return moved === 0 ? "±0" : `${moved > 0 ? "+" : "−"}${figure(Math.abs(moved))}`;
}
