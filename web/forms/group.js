// The fields of a group of settings, made from its schema. A field that is left empty is not sent:
// the service fills in its default, which stands in the field as a placeholder.
//
// A node has: element; read(): the value to send, or undefined; write(value); fields: [path, field].

import { h } from "../core/dom.js";
import { words } from "../core/format.js";
import { choice } from "./choice.js";
import { leaf } from "./leaf.js";
import { withoutNull } from "./schema.js";

export function node(path, given, resolve, title) {
  const schema = resolve(withoutNull(given));
  if (schema.discriminator) return choice(path, schema, resolve, title);
  if (schema.properties) return group(path, schema, resolve);
  return leaf(path, { ...given, ...schema }, title);
}

export function group(path, schema, resolve) {
  const members = Object.entries(schema.properties)
    .filter(([name]) => name !== "type")
    .map(([name, member]) => [name, node(`${path}.${name}`, member, resolve, words(name))])
    .sort(([, a], [, b]) => isChoice(a) - isChoice(b));
  return {
    element: h(
      "div",
      { class: "fields" },
      members.map(([, member]) => member.element),
    ),
    fields: members.flatMap(([, member]) => member.fields),
    read: () => collected(members),
    write(value) {
      for (const [name, member] of members) member.write(value?.[name]);
    },
  };
}

// What has fields of its own stands below the others.
const isChoice = (member) => member.element.classList.contains("choice");

function collected(members) {
  const given = members
    .map(([name, member]) => [name, member.read()])
    .filter(([, value]) => value !== undefined);
  return given.length ? Object.fromEntries(given) : undefined;
}
