// Sends the form, and puts what the service refuses beside its field.

import { h } from "../../../core/dom.js";
import { go } from "../../../core/router.js";
import { submitter } from "../../../forms/form.js";
import { sender } from "../../../forms/sending.js";
import { refusalNotice } from "../../../parts/notice.js";

export function submission(parts, who) {
  const button = h("button", { class: "primary" }, "Start the job");
  const general = refusalNotice();
  const allowed = who.scopes.includes("write");
  const send = sender();
  button.disabled = !allowed;

  const submit = submitter({ fields: parts.fields, button, general }, async () => {
    const job = await send("/v1/fine_tuning/jobs", parts.read());
    go(`jobs/${job.id}`);
  });
  const element = h(
    "div",
    { class: "stack" },
    button,
    general,
    !allowed && h("p", { class: "muted" }, "This key may only read."),
  );
  return { element, submit };
}
