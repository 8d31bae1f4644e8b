// What a job cannot do without, and what names it.

import { h } from "../../../core/dom.js";
import { bytes, count } from "../../../core/format.js";
import { fieldWith, select } from "../../../parts/field.js";
import { uploader } from "../../../parts/uploader.js";

export function basics(models, files, chosen) {
  const model = fieldWith(
    "Model",
    select(
      "model",
      models.map(({ id }) => [id, id]),
    ),
  );
  const training = fileField("Training file", "training_file", files, "Choose a file", chosen);
  const validation = fileField("Validation file", "validation_file", files, "None", null);
  const suffix = textField(
    "Name",
    "suffix",
    "Letters, digits, dot, dash and underscore.",
    "optional",
  );
  const seed = textField("Seed", "seed", "Random if left out.", "random");
  const metadata = fieldWith(
    "Metadata",
    h("textarea", { name: "metadata", rows: 2, placeholder: "team=search", spellcheck: "false" }),
    "A line each, as key=value.",
  );
  const hint =
    "JSON Lines, a row each: question and answer, prompt and completion, or messages; each with optional choices.";
  const upload = uploader("Upload rows", "fine-tune", hint, (file) => {
    for (const field of [training, validation]) field.control.append(option(file));
    const empty = training.control.value ? validation : training;
    empty.control.value = file.id;
    empty.control.dispatchEvent(new Event("change", { bubbles: true }));
  });
  const named = {
    model,
    training_file: training,
    validation_file: validation,
    suffix,
    seed,
    metadata,
  };
  return {
    element: h(
      "section",
      { class: "card" },
      h("h2", {}, "What to tune"),
      h(
        "div",
        { class: "fields" },
        model.element,
        training.element,
        validation.element,
        upload,
        suffix.element,
        seed.element,
        metadata.element,
      ),
    ),
    fields: Object.entries(named),
    ready: () => Boolean(model.control.value && training.control.value),
    read: () =>
      request(
        Object.fromEntries(
          Object.entries(named).map(([name, field]) => [name, field.control.value.trim()]),
        ),
      ),
    write: (job) => copy(job, named),
  };
}

function fileField(label, name, files, none, chosen) {
  const control = h("select", { name }, h("option", { value: "" }, none), files.map(option));
  if (chosen) control.value = chosen;
  return fieldWith(label, control);
}

function option(file) {
  return h(
    "option",
    { value: file.id },
    `${file.filename} · ${count(file.rows)} rows · ${bytes(file.bytes)} · …${file.id.slice(-4)}`,
  );
}

function textField(label, name, hint, placeholder) {
  return fieldWith(
    label,
    h("input", { name, placeholder, autocomplete: "off", spellcheck: "false" }),
    hint,
  );
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
