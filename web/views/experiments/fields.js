// What is asked for an experiment: a preset, and one task with one model.

import { get, getAll } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { requestSchema, withoutNull } from "../../forms/schema.js";
import { fieldWith, select } from "../../parts/field.js";

const NEEDS_SOURCE = "transfer";

// Returns [path, field], with what there is to choose from.
export async function readFields(signal) {
  const [models, files, schema] = await Promise.all([
    get("/v1/models", {}, signal),
    getAll("/v1/files", { purpose: "fine-tune" }, signal),
    requestSchema("CreateExperiment", signal),
  ]);
  const base = models.data.filter((model) => !model.base_model).map((model) => model.id);
  return fieldsOf(presets(schema.root), base, files.map(fileOption));
}

function presets({ properties }) {
  return withoutNull(properties.preset).enum.filter((name) => name !== NEEDS_SOURCE);
}

function fieldsOf(presetNames, models, files) {
  return [
    ["preset", choiceField("Preset", "preset", named(presetNames))],
    ["models", choiceField("Model", "models", named(models))],
    [
      "tasks.0.training_file",
      choiceField("Training file", "training_file", [["", "Choose a file"], ...files]),
    ],
    [
      "tasks.0.validation_file",
      choiceField("Validation file", "validation_file", [["", "None"], ...files]),
    ],
    ["seeds", seedsField()],
    ["soft_prompt.hyperparameters.max_steps", mostStepsField()],
    ["name", nameField()],
  ];
}

function choiceField(label, name, options) {
  return fieldWith(label, select(name, options));
}

const named = (names) => names.map((name) => [name, name]);

function fileOption(file) {
  return [file.id, `${file.filename} · ${file.rows} rows · …${file.id.slice(-4)}`];
}

function seedsField() {
  const control = h("input", { name: "seeds", inputmode: "numeric", value: "10" });
  return fieldWith("Seeds", control, "How many runs of each arm, with the seeds 0, 1, 2…");
}

function mostStepsField() {
  const attributes = { name: "max_steps", inputmode: "numeric", placeholder: "the preset's" };
  return fieldWith("Most steps", h("input", attributes));
}

function nameField() {
  const attributes = { name: "name", placeholder: "the preset's", autocomplete: "off" };
  return fieldWith("Name", h("input", attributes));
}
