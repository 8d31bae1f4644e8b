// One of several kinds, each with settings of its own.

import { fill, h } from "../core/dom.js";
import { fieldWith, select } from "../parts/field.js";
import { prose } from "../parts/prose.js";
import { group } from "./group.js";

export function choice(path, schema, resolve, title) {
  const kinds = new Map(
    schema.oneOf.map((member) => resolve(member)).map((kind) => [kind.properties.type.const, kind]),
  );
  const standard = schema.default?.type ?? kinds.keys().next().value;
  const control = select(
    `${path}.type`,
    [...kinds.keys()].map((name) => [name, name]),
    standard,
  );
  const field = fieldWith(title, control);
  const room = h("div", {});
  const about = h("p", { class: "hint muted small" });
  const element = h("div", { class: "choice" }, field.element, about, room);
  let inner = null;
  const result = { element, fields: [], read, write };

  function open() {
    const kind = kinds.get(control.value);
    inner = group(path, kind, resolve);
    fill(about, prose(kind.description ?? ""));
    fill(room, inner.element);
    result.fields = [[path, field], ...inner.fields];
  }

  function read() {
    const given = inner.read();
    return given || control.value !== standard ? { type: control.value, ...given } : undefined;
  }

  function write(value) {
    control.value = value?.type ?? standard;
    open();
    inner.write(value);
  }

  control.addEventListener("change", open);
  open();
  return result;
}
