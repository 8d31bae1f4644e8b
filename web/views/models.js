// Models: the operator's, and those with a tuned prompt.

import { get, path, remove } from "../core/api.js";
import { ago } from "../core/clock.js";
import { h } from "../core/dom.js";
import { count } from "../core/format.js";
import { attempts } from "../parts/attempts.js";
import { confirmed } from "../parts/dialog.js";
import { empty } from "../parts/notice.js";
import { table } from "../parts/table.js";

export async function render({ main, signal, who }) {
  const { element: refused, act } = attempts();
  const writes = who.scopes.includes("write");
  const base = table("Base models", BASE);
  const tuned = table(
    "Tuned models",
    tunedColumns(writes, (model) => act(() => erase(model))),
  );
  const room = h("div", {});
  const load = async () => {
    const { data } = await get("/v1/models", {}, signal);
    const own = data.filter((model) => model.base_model);
    base.show(data.filter((model) => !model.base_model));
    tuned.show(own);
    room.replaceChildren(
      own.length ? tuned.element : empty("No tuned models", "A job that succeeds leaves one."),
    );
  };
  await load();
  main(
    h("div", { class: "head" }, h("h1", {}, "Models")),
    refused,
    h("div", { class: "stack" }, h("h2", {}, "Tuned"), room, h("h2", {}, "Base"), base.element),
  );

  async function erase(model) {
    if (
      !(await confirmed(
        "Forget this model?",
        `${model.id}: its job and result files stay.`,
        "Forget",
      ))
    )
      return;
    await remove(path("models", model.id));
    await load();
  }
}

const BASE = [
  { heading: "Model", cell: (model) => model.id },
  {
    heading: "Longest row",
    kind: "number",
    cell: (model) => [count(model.max_row_tokens), " tokens"],
  },
  {
    heading: "Longest prompt",
    kind: "number",
    cell: (model) => [count(model.max_virtual_tokens), " virtual tokens"],
  },
];

function tunedColumns(writes, erase) {
  return [
    { heading: "Model", cell: (model) => h("span", { class: "mono" }, model.id) },
    { heading: "Base", kind: "wide", cell: (model) => model.base_model },
    {
      heading: "Job",
      cell: (model) =>
        h(
          "a",
          { href: `#/jobs/${model.fine_tuning_job}` },
          h("span", { class: "mono" }, `…${model.fine_tuning_job.slice(-8)}`),
        ),
    },
    { heading: "Tuned", kind: "wide", cell: (model) => ago(model.created) },
    {
      heading: "Act",
      cell: (model) =>
        writes &&
        h(
          "button",
          { class: "plain", onclick: () => erase(model), "aria-label": `Forget ${model.id}` },
          "Forget",
        ),
    },
  ];
}
