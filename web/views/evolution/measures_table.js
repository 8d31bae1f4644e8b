// The measures of one snapshot: a column per dimension, and how far each is from the first one.

import { fill, h } from "../../core/dom.js";
import { figure, isNumber, words } from "../../core/format.js";
import { measure, measureNames } from "./data.js";

const ALONE = "geometry";

export function measuresTable(clouds) {
  const { groups, rows, alone } = layout(measureNames(clouds));
  const body = h("tbody");
  return { element: card(tableOf(groups, body)), show };

  function show(index) {
    const cell = (group, row) => {
      const name = `${group}.${row}`;
      return value(measure(clouds[index], name), measure(clouds[0], name));
    };
    fill(
      body,
      rows.map((row) =>
        line(
          row,
          groups.map((group) => cell(group, row)),
        ),
      ),
      alone.map((row) => line(row, [fillers(groups), cell(ALONE, row)])),
    );
  }
}

// The groups that have a column each, their measures, and those that no dimension has.
function layout(names) {
  const pairs = names.map((name) => name.split("."));
  const shared = pairs.filter(([group]) => group !== ALONE);
  const alone = pairs.filter(([group]) => group === ALONE);
  return {
    groups: [...new Set(shared.map(([group]) => group))],
    rows: [...new Set(shared.map(([, row]) => row))],
    alone: alone.map(([, row]) => row),
  };
}

function card(table) {
  const note = h("span", { class: "muted small" }, "below: since the first snapshot");
  const head = h("div", { class: "card-head" }, h("h2", {}, "Measures"), note);
  return h("section", { class: "card" }, head, table);
}

const CAPTION = "Measures of the chosen snapshot, below each its change since the first";

function tableOf(groups, body) {
  const head = h("tr", {}, h("th", { scope: "col" }, "Measure"), groups.map(heading));
  return h(
    "table",
    { class: "compact" },
    h("caption", { class: "unseen" }, CAPTION),
    h("thead", {}, head),
    body,
  );
}

function heading(group) {
  return h(
    "th",
    { scope: "col", class: "number", "data-hue": group },
    h("span", { class: "hue" }, group.toUpperCase()),
  );
}

function line(row, cells) {
  return h("tr", {}, h("th", { scope: "row" }, words(row)), cells);
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
