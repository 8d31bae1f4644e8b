// Experiments, newest first, and a form that starts one from a preset.

import { get } from "../../core/api.js";
import { ago } from "../../core/clock.js";
import { h } from "../../core/dom.js";
import { count } from "../../core/format.js";
import { poll } from "../../core/poll.js";
import { empty } from "../../parts/notice.js";
import { listing } from "../../parts/listing.js";
import { state } from "../../parts/state.js";
import { table } from "../../parts/table.js";
import { experimentForm } from "./form.js";
import { ENDED } from "./standing.js";

export async function render({ main, query, signal, who }) {
  const asked = Object.fromEntries(query);
  const read = () => get("/v1/experiments", { ...asked, limit: 25 }, signal);
  const [page, form] = await Promise.all([
    read(),
    who.scopes.includes("write") ? experimentForm(signal) : null,
  ]);
  const none = empty(
    "No experiments yet",
    "An experiment tunes every regulariser with several seeds and says which differences can be trusted.",
  );
  const list = listing("experiments", asked, table("Experiments", COLUMNS), none);
  list.show(page);
  main(
    h("div", { class: "head" }, h("h1", {}, "Experiments")),
    h("div", { class: "stack" }, form, list.element),
  );
  poll(async () => {
    const now = await read();
    list.show(now);
    return now.data.every((each) => ENDED.has(each.status)) ? 15 : 3;
  }, signal);
}

const COLUMNS = [
  {
    heading: "Experiment",
    cell: (each) => [
      h("a", { href: `#/experiments/${each.id}` }, each.name),
      h("span", { class: "sub mono" }, each.id),
    ],
  },
  { heading: "State", cell: (each) => [state(each), !ENDED.has(each.status) && bar(each)] },
  {
    heading: "Runs",
    kind: "number",
    cell: (each) => `${count(each.jobs.succeeded)} of ${count(each.jobs.planned)}`,
  },
  { heading: "Arms", kind: "number wide", cell: (each) => count(each.settings.arms.length) },
  { heading: "Seeds", kind: "number wide", cell: (each) => count(each.settings.seeds.length) },
  { heading: "Created", kind: "wide", cell: (each) => ago(each.created_at) },
];

export function bar({ progress }) {
  return h(
    "div",
    { class: "progress" },
    h("progress", { max: 100, value: progress.percent, "aria-label": "progress" }),
    h("span", { class: "small" }, `${progress.percent} %`),
  );
}
