// One job: what it is, what can be done with it, and below that the section that was chosen.

import { h } from "../../../core/dom.js";
import { ago } from "../../../core/clock.js";
import { idCrumb } from "../../../parts/crumb.js";
import { actions } from "./actions.js";
import { jobFeed } from "./feed.js";
import { standing } from "./standing.js";

const SECTIONS = [
  ["overview", "Overview", () => import("./overview.js")],
  ["evolution", "Evolution", () => import("./evolution.js")],
  ["events", "Events", () => import("./events.js")],
  ["configuration", "Configuration", () => import("./configuration.js")],
  ["files", "Files", () => import("./files.js")],
];

export async function render({ main, params, query, signal, who }) {
  const [feed, { section }] = await Promise.all([
    jobFeed(params.id, signal),
    loadSection(params.section),
  ]);
  const { job } = feed;
  const content = h("div", {});
  main(
    idCrumb("jobs", "Jobs", job.id),
    h(
      "div",
      { class: "head" },
      h("h1", { class: "grow" }, job.suffix ?? job.id),
      actions(feed, who),
    ),
    h(
      "p",
      { class: "muted" },
      job.model,
      " · ",
      job.method.soft_prompt.regularizer.type,
      " · created ",
      ago(job.created_at),
      job.experiment && [
        " · ",
        h("a", { href: `#/experiments/${job.experiment}` }, `arm ${job.arm} of an experiment`),
      ],
      job.fine_tuned_model && [" · ", h("span", { class: "mono small" }, job.fine_tuned_model)],
    ),
    standing(feed),
    tabs(job.id, params.section ?? "overview"),
    content,
  );
  await section({ feed, content, query, signal });
}

function loadSection(name = "overview") {
  const found = SECTIONS.find(([section]) => section === name) ?? SECTIONS[0];
  return found[2]();
}

function tabs(id, current) {
  const items = SECTIONS.map(([section, name]) =>
    h(
      "li",
      {},
      h(
        "a",
        {
          href: section === "overview" ? `#/jobs/${id}` : `#/jobs/${id}/${section}`,
          "aria-current": section === current && "page",
        },
        name,
      ),
    ),
  );
  return h("nav", { "aria-label": "Job" }, h("ul", { class: "tabs" }, items));
}
