// What a job cannot do without, and what names it.

import { h } from "../../../core/dom.js";
import { typedIn } from "../../../parts/field.js";
import { uploader } from "../../../parts/uploader.js";
import { basicsFields, fileOption } from "./basics_fields.js";

const UPLOAD_HINT =
  "JSON Lines, a row each: question and answer, prompt and completion, or messages; each with optional choices.";

export function basics(models, files, chosen) {
  const named = basicsFields(models, files, chosen);
  const fields = Object.entries(named);
  const { model, training_file } = named;
  return {
    element: card(named),
    fields,
    ready: () => Boolean(model.control.value && training_file.control.value),
    read: () => request(typedIn(fields)),
    write: (job) => copy(job, named),
  };
}

function card(named) {
  const { model, training_file, validation_file, suffix, seed, metadata } = named;
  const shown = [
    model.element,
    training_file.element,
    validation_file.element,
    uploader("Upload rows", "fine-tune", UPLOAD_HINT, (file) => take(file, named)),
    suffix.element,
    seed.element,
    metadata.element,
  ];
  return h(
    "section",
    { class: "card" },
    h("h2", {}, "What to tune"),
    h("div", { class: "fields" }, shown),
  );
}

// A new file is chosen for training, or for validation where that is chosen already.
function take(file, { training_file, validation_file }) {
  for (const field of [training_file, validation_file]) field.control.append(fileOption(file));
  const empty = training_file.control.value ? validation_file : training_file;
  empty.control.value = file.id;
  empty.control.dispatchEvent(new Event("change", { bubbles: true }));
}

function request({ model, training_file, validation_file, suffix, seed, metadata }) {
  const given = { model, training_file, validation_file, suffix };
  const kept = Object.fromEntries(Object.entries(given).filter(([, value]) => value));
  if (seed) kept.seed = Number.isFinite(Number(seed)) ? Number(seed) : seed;
  if (metadata) kept.metadata = pairs(metadata);
  return kept;
}

function pairs(text) {
  const lines = text.split("\n").filter((line) => line.trim());
  return Object.fromEntries(
    lines.map((line) => {
      const [key, ...value] = line.split("=");
      return [key.trim(), value.join("=").trim()];
    }),
  );
}

function copy(job, named) {
  for (const name of ["model", "training_file", "validation_file", "suffix", "seed"]) {
    named[name].control.value = job[name] ?? "";
  }
  named.metadata.control.value = Object.entries(job.metadata)
    .map(([key, value]) => `${key}=${value}`)
    .join("\n");
}
