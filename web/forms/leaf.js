// One setting. What is typed goes to the service as it is, a number where it reads as one: whether
// it is right, the service says, in its own words.

import { h } from "../core/dom.js";
import { plain } from "../core/format.js";
import { fieldWith, select } from "../parts/field.js";
import { allowsNull } from "./schema.js";

const OFF = "none";

export function leaf(path, schema, title) {
  if (schema.type === "boolean") return flag(path, schema, title);
  const options = schema.enum ?? (schema.const ? [schema.const] : null);
  return options ? list(path, schema, title, options) : text(path, schema, title);
}

function flag(path, schema, title) {
  const control = h("input", { type: "checkbox", name: path, checked: schema.default === true });
  const field = fieldWith(title, control, schema.description);
  const standard = schema.default === true;
  return {
    element: field.element,
    fields: [[path, field]],
    read: () => (control.checked === standard ? undefined : control.checked),
    write: (value) => (control.checked = value ?? standard),
  };
}

function list(path, schema, title, options) {
  const standard = schema.default ?? null;
  const blank = ["", standard === null ? "None" : `${standard} (default)`];
  const control = select(path, [
    blank,
    ...options.filter((each) => each !== standard).map((each) => [each, each]),
  ]);
  const field = fieldWith(title, control, schema.description);
  return {
    element: field.element,
    fields: [[path, field]],
    read: () => control.value || undefined,
    write: (value) => (control.value = value && value !== standard ? value : ""),
  };
}

function text(path, schema, title) {
  const numeric = JSON.stringify(schema).match(/"(integer|number)"/);
  const control = h("input", {
    type: "text",
    name: path,
    inputmode: numeric && "decimal",
    autocomplete: "off",
    placeholder: schema.default === undefined ? OFF : plain(schema.default ?? OFF),
  });
  const field = fieldWith(title, control, hint(schema));
  const standard = schema.default ?? null;
  return {
    element: field.element,
    fields: [[path, field]],
    read: () => parsed(control.value.trim(), numeric),
    write: (value) =>
      (control.value = value === undefined || value === standard ? "" : plain(value ?? OFF)),
  };
}

function parsed(typed, numeric) {
  if (typed === "") return undefined;
  if (numeric && typed === OFF) return null;
  return numeric && Number.isFinite(Number(typed)) ? Number(typed) : typed;
}

function hint(schema) {
  const off =
    allowsNull(schema) &&
    schema.default !== null &&
    schema.default !== undefined &&
    "“none” switches it off.";
  return [schema.description, off].filter(Boolean).join(" ") || null;
}
