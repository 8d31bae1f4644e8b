// The settings that the job runs with, every "auto" resolved.

import { h } from "../../../core/dom.js";
import { facts, tree } from "../../../parts/facts.js";
import { copyButton } from "../../../parts/copy.js";

export function section({ feed, content }) {
  const { job } = feed;
  const { regularizer, hyperparameters, evaluation, snapshots, init, ...prompt } =
    job.method.soft_prompt;
  content.replaceChildren(
    h(
      "div",
      { class: "grid" },
      card("Job", facts(jobFacts(job))),
      card("Prompt", tree({ ...prompt, init })),
      card("Regulariser", tree(regularizer)),
      card("Hyperparameters", tree(hyperparameters)),
      card("Evaluation", tree(evaluation)),
      card("Snapshots", tree(snapshots)),
      card(
        "Request",
        h("p", { class: "muted small" }, "The body that starts the same job again."),
        copyButton(JSON.stringify(request(job), null, 2)),
      ),
    ),
  );
}

function card(title, ...children) {
  return h("section", { class: "card" }, h("h2", {}, title), ...children);
}

function jobFacts(job) {
  const metadata = Object.entries(job.metadata)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");
  return [
    ["Id", h("span", { class: "mono" }, job.id)],
    ["Model", job.model],
    ["Training file", h("span", { class: "mono" }, job.training_file)],
    ["Validation file", job.validation_file && h("span", { class: "mono" }, job.validation_file)],
    ["Seed", String(job.seed)],
    ["Suffix", job.suffix],
    ["Priority", String(job.priority)],
    ["Metadata", metadata],
    ["Project", h("span", { class: "mono" }, job.organization_id)],
  ];
}

export function request(job) {
  const { model, training_file, validation_file, seed, suffix, metadata, method } = job;
  const given = { model, training_file, validation_file, seed, suffix, metadata, method };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}
