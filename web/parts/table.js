// A table: columns say their heading, their cell and whether they are numbers or give way on a
// narrow screen.

import { h, patchRows } from "../core/dom.js";

export function table(caption, columns) {
  const body = h("tbody");
  const head = h(
    "tr",
    {},
    columns.map((column) => h("th", { scope: "col", class: classOf(column) }, column.heading)),
  );
  const element = h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", {}, h("caption", { class: "unseen" }, caption), h("thead", {}, head), body),
  );
  return { element, show: (items) => patchRows(body, items, (item) => row(columns, item)) };
}

function row(columns, item) {
  return h(
    "tr",
    {},
    columns.map((column) => h("td", { class: classOf(column) }, column.cell(item))),
  );
}

function classOf({ kind }) {
  return kind ?? null;
}
