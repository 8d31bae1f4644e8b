// Sends the form. The same body sent twice, by a second click or after a lost answer, is one job.

import { post } from "../../../core/api.js";
import { h } from "../../../core/dom.js";
import { go } from "../../../core/router.js";
import { clear, showRefusal } from "../../../forms/errors.js";

export function submission(parts, who) {
  const button = h("button", { class: "primary" }, "Start the job");
  const general = h("p", { class: "notice bad", role: "alert", hidden: true });
  const allowed = who.scopes.includes("write");
  button.disabled = !allowed;
  let sent = { body: null, key: null };

  async function submit(event) {
    event.preventDefault();
    if (button.disabled) return;
    const body = parts.read();
    button.disabled = true;
    clear(parts.fields(), general);
    try {
      const job = await post("/v1/fine_tuning/jobs", body, {
        headers: { "Idempotency-Key": keyFor(body) },
      });
      go(`jobs/${job.id}`);
    } catch (error) {
      showRefusal(error, parts.fields(), general)?.control.focus();
    }
    button.disabled = false;
  }

  function keyFor(body) {
    const text = JSON.stringify(body);
    if (sent.body !== text) sent = { body: text, key: randomKey() };
    return sent.key;
  }

  const element = h(
    "div",
    { class: "stack" },
    button,
    general,
    !allowed && h("p", { class: "muted" }, "This key may only read."),
  );
  return { element, submit };
}

function randomKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
