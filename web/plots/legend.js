// Names the series, shows the value under the pointer (or the newest), and hides a series.

import { h, write } from "../core/dom.js";
import { figure } from "../core/format.js";

export function legend(series, toggle) {
  const values = series.map(() => h("span", { class: "value" }));
  const buttons = series.map(({ name, hue, dash }, i) =>
    h(
      "button",
      { type: "button", "aria-pressed": "true", onclick: () => flip(i) },
      h("span", { class: "swatch", "data-hue": hue, "data-dash": dash && "dashed" }),
      name,
      values[i],
    ),
  );
  return {
    element: h(
      "ul",
      { class: "legend" },
      buttons.map((button) => h("li", {}, button)),
    ),
    isOn: (i) => buttons[i].getAttribute("aria-pressed") === "true",
    point(index, data) {
      series.forEach(({ format = figure }, i) =>
        write(values[i], format(valueAt(data[i + 1], index))),
      );
    },
  };

  function flip(i) {
    const on = buttons[i].getAttribute("aria-pressed") !== "true";
    buttons[i].setAttribute("aria-pressed", on);
    toggle(i, on);
  }
}

// Some series are measured more rarely than others: the newest value up to there.
function valueAt(column, index) {
  for (let i = Math.min(index, column.length - 1); i >= 0; i -= 1) {
    if (column[i] !== null && column[i] !== undefined) return column[i];
  }
  return null;
}
