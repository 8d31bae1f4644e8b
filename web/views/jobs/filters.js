// What the list is narrowed to. The choice stands in the address, so that it can be kept and sent.

import { h } from "../../core/dom.js";
import { go } from "../../core/router.js";
import { fieldWith, select } from "../../parts/field.js";
import { STATUSES, statusText } from "../../parts/state.js";

export function filters(asked, models) {
  const base = models.filter((model) => !model.base_model).map((model) => [model.id, model.id]);
  const status = select(
    "status",
    [["", "Any state"], ...STATUSES.map((name) => [name, statusText(name)])],
    asked.status,
  );
  const model = select("model", [["", "Any model"], ...base], asked.model);
  const change = () =>
    go("jobs", { ...asked, after: "", status: status.value, model: model.value });
  const element = h(
    "div",
    { class: "filters", role: "search", "aria-label": "Jobs" },
    fieldWith("State", status).element,
    fieldWith("Model", model).element,
  );
  element.addEventListener("change", change);
  return element;
}
