// A labelled control with its hint and, below it, what the service says is wrong with it.

import { h, write } from "../core/dom.js";
import { prose } from "./prose.js";

let made = 0;

export function fieldWith(label, control, hint = null) {
  made += 1;
  control.id ||= `field-${made}`;
  const wrong = h("p", { class: "wrong", id: `${control.id}-wrong`, role: "alert", hidden: true });
  const said = hint && h("p", { class: "hint", id: `${control.id}-hint` }, prose(hint));
  if (said) control.setAttribute("aria-describedby", said.id);
  const name = h("label", { for: control.id }, label);
  const element = h(
    "div",
    { class: "field" },
    isCheck(control) ? h("div", { class: "check" }, control, name) : [name, control],
    wrong,
    said,
  );
  return {
    element,
    control,
    wrong(text) {
      wrong.hidden = false;
      write(wrong, text);
      control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-describedby", [wrong.id, said?.id].filter(Boolean).join(" "));
    },
    right() {
      wrong.hidden = true;
      control.removeAttribute("aria-invalid");
      if (said) control.setAttribute("aria-describedby", said.id);
    },
  };
}

function isCheck(control) {
  return control.type === "checkbox";
}

// `options` are [value, text] pairs.
export function select(name, options, chosen = "") {
  const items = options.map(([value, text]) =>
    h("option", { value, selected: value === chosen }, text),
  );
  return h("select", { name }, items);
}

// What was typed into [path, field] pairs, by path.
export function typedIn(fields) {
  return Object.fromEntries(fields.map(([path, field]) => [path, field.control.value.trim()]));
}
