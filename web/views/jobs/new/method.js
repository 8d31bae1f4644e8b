// Every setting of the soft prompt, from the service's own description of them: the few that people
// change most are open, the others folded.

import { h } from "../../../core/dom.js";
import { words } from "../../../core/format.js";
import { node } from "../../../forms/group.js";
import { prose } from "../../../parts/prose.js";

const ROOT = "method.soft_prompt";
const OPEN = new Set(["regularizer"]);

export function method({ root, resolve }) {
  const spec = resolve(resolve(root.properties.method).properties.soft_prompt);
  const members = Object.entries(spec.properties).map(([name, schema]) => {
    const resolved = resolve(schema);
    return {
      name,
      about: resolved.description,
      nested: Boolean(resolved.properties || resolved.discriminator),
      node: node(`${ROOT}.${name}`, schema, resolve, title(name)),
    };
  });
  const simple = members.filter((member) => !member.nested);
  const nested = members.filter((member) => member.nested);
  const prompt = h(
    "section",
    { class: "card" },
    h("h2", {}, "Prompt"),
    h(
      "div",
      { class: "fields" },
      simple.map((member) => member.node.element),
    ),
  );
  return {
    element: h("div", { class: "stack" }, prompt, nested.map(folded)),
    get fields() {
      return members.flatMap((member) => member.node.fields);
    },
    read() {
      const given = members
        .map(({ name, node: each }) => [name, each.read()])
        .filter(([, value]) => value !== undefined);
      return { method: { type: "soft_prompt", soft_prompt: Object.fromEntries(given) } };
    },
    write(value) {
      for (const { name, node: each } of members) each.write(value[name]);
    },
  };
}

function folded({ name, about, node: each }) {
  const summary = h(
    "summary",
    {},
    title(name),
    about && h("span", { class: "muted small" }, " · ", prose(about)),
  );
  return h("details", { class: "card", open: OPEN.has(name) }, summary, each.element);
}

const TITLES = { init: "Start", num_virtual_tokens: "Virtual tokens", regularizer: "Regulariser" };

function title(name) {
  return TITLES[name] ?? words(name);
}
