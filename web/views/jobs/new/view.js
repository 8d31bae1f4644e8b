// Starts a job: model, files, and every setting of the method, with an estimate beside it.

import { get, getAll, jobPath } from "../../../core/api.js";
import { h } from "../../../core/dom.js";
import { requestSchema } from "../../../forms/schema.js";
import { crumb } from "../../../parts/crumb.js";
import { basics } from "./basics.js";
import { estimateCard } from "./estimate.js";
import { method } from "./method.js";
import { submission } from "./submission.js";

export async function render({ main, query, signal, who }) {
  const from = query.get("from");
  const [models, files, schema, source] = await Promise.all([
    get("/v1/models", {}, signal),
    getAll("/v1/files", { purpose: "fine-tune" }, signal),
    requestSchema("CreateJob", signal),
    from && get(jobPath(from), {}, signal),
  ]);
  const first = basics(
    models.data.filter((model) => !model.base_model),
    files,
    query.get("training_file"),
  );
  const settings = method(schema);
  if (source) {
    first.write(source);
    settings.write(source.method.soft_prompt);
  }
  const parts = {
    read: () => ({ ...first.read(), ...settings.read() }),
    fields: () => [...first.fields, ...settings.fields],
    ready: () => first.ready(),
  };
  const estimate = estimateCard(parts, signal);
  const start = submission(parts, who);
  const form = h(
    "form",
    {
      class: "new-job",
      onsubmit: start.submit,
      oninput: estimate.soon,
      onchange: estimate.soon,
      novalidate: true,
    },
    h("div", { class: "stack" }, first.element, settings.element),
    h("div", { class: "aside stack" }, estimate.element, start.element),
  );
  main(crumb("jobs", "Jobs", "new"), h("div", { class: "head" }, h("h1", {}, "New job")), form);
  estimate.soon();
}
