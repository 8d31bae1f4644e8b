// An address that names no view.

import { h } from "../core/dom.js";
import { empty } from "../parts/notice.js";

export function render({ main }) {
  main(
    h("h1", {}, "Not found"),
    empty(
      "There is no such page",
      "The address names no view of the dashboard.",
      h("a", { class: "button", href: "#/jobs" }, "To the jobs"),
    ),
  );
}
