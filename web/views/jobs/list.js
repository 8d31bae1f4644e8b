// All tuning jobs, newest first, narrowed by state and model; states and progress stay up to date.

import { announce } from "../../core/announce.js";
import { get } from "../../core/api.js";
import { ago, took } from "../../core/clock.js";
import { h } from "../../core/dom.js";
import { percent } from "../../core/format.js";
import { poll } from "../../core/poll.js";
import { address } from "../../core/router.js";
import { empty } from "../../parts/notice.js";
import { listing } from "../../parts/listing.js";
import { FINAL, pending, progress, state } from "../../parts/state.js";
import { table } from "../../parts/table.js";
import { filters } from "./filters.js";

const PAGE = 25;

export async function render({ main, query, signal }) {
  const asked = Object.fromEntries(query);
  const load = () => get("/v1/fine_tuning/jobs", { ...asked, limit: PAGE }, signal);
  const [first, models] = await Promise.all([load(), get("/v1/models", {}, signal)]);
  const jobs = listing("jobs", asked, table("Tuning jobs", COLUMNS), nothing(asked));
  jobs.show(first);
  main(head(), filters(asked, models.data), jobs.element);
  announce(`${first.data.length} jobs on this page`);
  poll(async () => {
    const page = await load();
    jobs.show(page);
    return page.data.every((job) => FINAL.has(job.status)) ? 10 : 2;
  }, signal);
}

const COLUMNS = [
  { heading: "Job", cell: name },
  { heading: "State", cell: standing },
  { heading: "Model", kind: "wide", cell: (job) => job.model },
  { heading: "Regulariser", kind: "wide", cell: (job) => job.method.soft_prompt.regularizer.type },
  { heading: "Accuracy", kind: "number", cell: accuracy },
  { heading: "Created", kind: "wide", cell: (job) => ago(job.created_at) },
  { heading: "Took", kind: "number wide", cell: took },
];

function name(job) {
  const link = h("a", { href: `#/jobs/${job.id}` }, job.suffix ?? job.id);
  const narrow = h(
    "span",
    { class: "sub narrow" },
    `${job.model} · ${job.method.soft_prompt.regularizer.type} · `,
    ago(job.created_at),
  );
  return [link, job.suffix && h("span", { class: "sub mono wide" }, job.id), narrow];
}

function standing(job) {
  const why = job.error && h("span", { class: "sub" }, job.error.code);
  const asked = pending(job) && h("span", { class: "sub" }, pending(job));
  return [state(job), why, asked, progress(job)];
}

function accuracy({ outcome }) {
  if (!outcome) return "–";
  return [
    h("span", { class: "muted wide" }, `${percent(outcome.accuracy_before)} → `),
    percent(outcome.accuracy_after),
  ];
}

function head() {
  return h(
    "div",
    { class: "head" },
    h("h1", { class: "grow" }, "Jobs"),
    h("a", { class: "button primary", href: "#/jobs/new" }, "New job"),
  );
}

function nothing(asked) {
  if (Object.values(asked).some(Boolean)) {
    return empty(
      "No job fits",
      "No job is what the address asks for.",
      h("a", { class: "button", href: address("jobs") }, "Show all jobs"),
    );
  }
  return empty(
    "No jobs yet",
    "A job tunes a soft prompt on a file of rows.",
    h("a", { class: "button primary", href: "#/jobs/new" }, "Start the first job"),
  );
}
