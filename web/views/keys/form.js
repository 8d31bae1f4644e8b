// Makes a key, and shows it the one time that it is told.

import { post } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { formOf } from "../../forms/form.js";
import { copyButton } from "../../parts/copy.js";
import { fieldWith, select } from "../../parts/field.js";
import { notice } from "../../parts/notice.js";

const DAY = 86_400;
const ENDS = [
  ["", "Never"],
  [7 * DAY, "In 7 days"],
  [30 * DAY, "In 30 days"],
  [365 * DAY, "In a year"],
];
const SCOPES = ["read", "write", "admin"];

export function keyForm(done) {
  const name = fieldWith("Name", h("input", { name: "name", required: true, autocomplete: "off" }));
  const ends = fieldWith("Expires", select("expires_in", ENDS));
  const scopes = SCOPES.map((scope) => [
    scope,
    h("input", { type: "checkbox", name: scope, checked: scope !== "admin" }),
  ]);
  const boxes = h(
    "fieldset",
    { class: "field" },
    h("legend", { class: "legend-text" }, "Scopes"),
    h(
      "div",
      { class: "row scopes" },
      scopes.map(([scope, box]) => h("label", { class: "check" }, box, scope)),
    ),
  );
  const button = h("button", { class: "primary" }, "Make a key");
  const room = h("div", {});
  const fields = [
    ["name", name],
    ["expires_in", ends],
  ];
  const shown = [name.element, ends.element, boxes];
  return h(
    "section",
    { class: "card stack" },
    h("h2", {}, "New key"),
    formOf({ shown, fields, button }, make),
    room,
  );

  async function make() {
    const key = await post("/v1/keys", request());
    fill(room, told(key));
    name.control.value = "";
    await done();
  }

  function request() {
    const chosen = scopes.filter(([, box]) => box.checked).map(([scope]) => scope);
    return {
      name: name.control.value,
      scopes: chosen,
      expires_in: Number(ends.control.value) || null,
    };
  }
}

function told({ key }) {
  return notice(
    "good",
    h("p", {}, "This is the key. It is shown once and cannot be shown again."),
    h("div", { class: "secret" }, h("code", {}, key), copyButton(key)),
  );
}
