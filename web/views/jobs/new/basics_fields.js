// The fields of what a job cannot do without, and of what names it.

import { h } from "../../../core/dom.js";
import { bytes, count } from "../../../core/format.js";
import { fieldWith, select } from "../../../parts/field.js";

export function basicsFields(models, files, chosen) {
  return {
    model: modelField(models),
    training_file: fileField("Training file", "training_file", files, "Choose a file", chosen),
    validation_file: fileField("Validation file", "validation_file", files, "None", null),
    suffix: textField("Name", "suffix", "Letters, digits, dot, dash and underscore.", "optional"),
    seed: textField("Seed", "seed", "Random if left out.", "random"),
    metadata: metadataField(),
  };
}

function modelField(models) {
  const options = models.map(({ id }) => [id, id]);
  return fieldWith("Model", select("model", options));
}

function fileField(label, name, files, none, chosen) {
  const control = h("select", { name }, h("option", { value: "" }, none), files.map(fileOption));
  if (chosen) control.value = chosen;
  return fieldWith(label, control);
}

export function fileOption(file) {
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

function metadataField() {
  return fieldWith(
    "Metadata",
    h("textarea", { name: "metadata", rows: 2, placeholder: "team=search", spellcheck: "false" }),
    "A line each, as key=value.",
  );
}
