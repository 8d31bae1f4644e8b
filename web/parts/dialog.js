// Asks before what cannot be undone.

import { h } from "../core/dom.js";

export function confirmed(title, text, action) {
  return new Promise((resolve) => {
    const keep = h("button", { value: "no" }, "Keep it");
    const form = h(
      "form",
      { method: "dialog" },
      h("div", { class: "row" }, keep, h("button", { value: "yes", class: "danger" }, action)),
    );
    const dialog = h(
      "dialog",
      { "aria-labelledby": "dialog-title" },
      h("h2", { id: "dialog-title" }, title),
      h("p", {}, text),
      form,
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
