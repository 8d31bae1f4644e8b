// A form that is sent: once at a time, and the service's refusal stands beside its field.

import { h } from "../core/dom.js";
import { refusalNotice } from "../parts/notice.js";
import { clear, showRefusal } from "./errors.js";
import { whileDisabled } from "./sending.js";

// `shown` stands above the button, `fields` are the [path, field] that a refusal may name, `act`
// sends. Returns the form and, below it, the place of a refusal that names no field.
export function formOf({ shown, fields, button }, act) {
  const general = refusalNotice();
  const form = h(
    "form",
    {
      class: "fields",
      onsubmit: submitter({ fields: () => fields, button, general }, act),
      novalidate: true,
    },
    shown,
    h("div", { class: "row" }, button),
  );
  return [form, general];
}

// What sends a form: `fields` returns those that it has by then. The refused one gets the focus.
export function submitter({ fields, button, general }, act) {
  return async (event) => {
    event.preventDefault();
    await whileDisabled(button, send);
  };

  async function send() {
    clear(fields(), general);
    try {
      await act();
    } catch (error) {
      showRefusal(error, fields(), general)?.control.focus();
    }
  }
}
