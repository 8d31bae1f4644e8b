// Asks for an API key and exchanges it for a session. The key is kept nowhere.

import { fill, h } from "../core/dom.js";
import { signIn } from "../core/session.js";
import { brand } from "../frame.js";
import { fieldWith } from "../parts/field.js";

export function showSignIn(main, enter) {
  const input = h("input", {
    type: "password",
    name: "key",
    autocomplete: "off",
    required: true,
    placeholder: "tsl_…",
    spellcheck: "false",
  });
  const field = fieldWith(
    "API key",
    input,
    "`tsloss serve` writes the first one to data/api-key; `tsloss keys create` makes more.",
  );
  const button = h("button", { class: "primary" }, "Sign in");
  const form = h("form", { onsubmit: submit }, field.element, button);
  fill(
    main,
    h(
      "div",
      { class: "sign-in" },
      h("div", { class: "row" }, brand()),
      h("div", { class: "card stack" }, h("h1", {}, "Sign in"), form),
    ),
  );
  document.title = "Sign in · tsloss";
  input.focus();

  async function submit(event) {
    event.preventDefault();
    button.disabled = true;
    field.right();
    try {
      enter(await signIn(input.value.trim()));
    } catch (error) {
      field.wrong(error.message);
      input.select();
    }
    button.disabled = false;
  }
}
