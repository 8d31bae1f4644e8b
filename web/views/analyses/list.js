// Analyses of tuning jobs and of uploaded clouds, and a form that asks for one.

import { get } from "../../core/api.js";
import { ago, took } from "../../core/clock.js";
import { h } from "../../core/dom.js";
import { count } from "../../core/format.js";
import { poll } from "../../core/poll.js";
import { empty } from "../../parts/notice.js";
import { listing } from "../../parts/listing.js";
import { FINAL, progress, state } from "../../parts/state.js";
import { table } from "../../parts/table.js";
import { analysisForm } from "./form.js";

export async function render({ main, query, signal, who }) {
  const { cloud, ...asked } = Object.fromEntries(query);
  const read = () => get("/v1/analyses", { ...asked, limit: 25 }, signal);
  const [page, form] = await Promise.all([
    read(),
    who.scopes.includes("write") ? analysisForm(cloud, signal) : null,
  ]);
  const none = empty("No analyses yet", "A tuning job that succeeds is analysed by itself.");
  const list = listing("analyses", asked, table("Analyses", COLUMNS), none);
  list.show(page);
  main(
    h("div", { class: "head" }, h("h1", {}, "Analyses")),
    h("div", { class: "stack" }, form, list.element),
  );
  poll(async () => {
    const now = await read();
    list.show(now);
    return now.data.every((analysis) => FINAL.has(analysis.status)) ? 15 : 2;
  }, signal);
}

const COLUMNS = [
  {
    heading: "Analysis",
    cell: (analysis) =>
      h("a", { href: `#/analyses/${analysis.id}`, class: "mono" }, `…${analysis.id.slice(-10)}`),
  },
  { heading: "Of", cell: subject },
  {
    heading: "State",
    cell: (analysis) => [
      state(analysis),
      progress(analysis),
      analysis.error && h("span", { class: "sub" }, analysis.error.message),
    ],
  },
  { heading: "Clouds", kind: "number", cell: (analysis) => count(analysis.outcome?.clouds) },
  { heading: "Created", kind: "wide", cell: (analysis) => ago(analysis.created_at) },
  { heading: "Took", kind: "number wide", cell: took },
];

export function subject({ fine_tuning_job: job, point_cloud_file: file, inputs }) {
  if (inputs.length > 1) return `${inputs.length} inputs`;
  if (job) return ["job ", h("a", { href: `#/jobs/${job}`, class: "mono" }, `…${job.slice(-8)}`)];
  return ["cloud ", h("span", { class: "mono" }, `…${(file ?? "").slice(-8)}`)];
}
