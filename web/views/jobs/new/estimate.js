// What the job would take, asked of the service whenever the form has come to rest.

import { post } from "../../../core/api.js";
import { fill, h } from "../../../core/dom.js";
import { isAbort } from "../../../core/errors.js";
import { bytes, count, duration } from "../../../core/format.js";
import { showRefusal, clear } from "../../../forms/errors.js";
import { facts } from "../../../parts/facts.js";
import { refusalNotice } from "../../../parts/notice.js";

const REST = 350;

export function estimateCard(parts, signal) {
  const room = h("div", { "aria-live": "polite" });
  const general = refusalNotice();
  let timer;
  let asked = null;
  let last = null;
  fill(room, hint());

  const ask = async () => {
    if (!parts.ready()) return void fill(room, hint());
    const body = parts.read();
    if (JSON.stringify(body) === last) return;
    last = JSON.stringify(body);
    asked?.abort();
    asked = new AbortController();
    try {
      const told = await post("/v1/fine_tuning/jobs:estimate", body, {
        signal: AbortSignal.any([asked.signal, signal]),
      });
      clear(parts.fields(), general);
      fill(room, estimate(told));
    } catch (error) {
      if (isAbort(error)) return;
      showRefusal(error, parts.fields(), general);
      fill(room, h("p", { class: "muted" }, "No estimate: a setting is refused."));
    }
  };
  return {
    element: h("section", { class: "card" }, h("h2", {}, "Estimate"), room, general),
    soon() {
      clearTimeout(timer);
      timer = setTimeout(ask, REST);
    },
  };
}

function hint() {
  return h("p", { class: "muted" }, "Choose a training file to see what the job would take.");
}

function estimate({ steps, tokens, memory_bytes, seconds, device, unknown }) {
  const or = (value, name, show) =>
    value === null
      ? h("span", { class: "muted", title: unknown[name] ?? "" }, "not known")
      : show(value);
  const reasons = [...new Set(Object.values(unknown).flatMap((reason) => reason.split("; ")))];
  return [
    facts([
      ["Steps", count(steps)],
      ["Tokens", or(tokens, "tokens", count)],
      ["Time", or(seconds, "seconds", duration)],
      ["Memory", or(memory_bytes, "memory_bytes", bytes)],
      ["Device", or(device, "device", String)],
    ]),
    reasons.length > 0 &&
      h("p", { class: "muted small reasons" }, `Not known: ${reasons.join("; ")}.`),
  ];
}
