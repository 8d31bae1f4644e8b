// Starts an experiment from a preset. Arms of one's own, and the preset that starts from another
// experiment, are for the interface.

import { h } from "../../core/dom.js";
import { go } from "../../core/router.js";
import { formOf } from "../../forms/form.js";
import { sender } from "../../forms/sending.js";
import { typedIn } from "../../parts/field.js";
import { readFields } from "./fields.js";

export async function experimentForm(signal) {
  const fields = await readFields(signal);
  const shown = fields.map(([, field]) => field.element);
  const button = h("button", { class: "primary" }, "Start the experiment");
  const send = sender();
  const form = formOf({ shown, fields, button }, async () => {
    const { id } = await send("/v1/experiments", request(typedIn(fields)));
    go(`experiments/${id}`);
  });
  return h("details", { class: "card" }, h("summary", {}, "New experiment"), form);
}

function request(given) {
  const max_steps = given["soft_prompt.hyperparameters.max_steps"];
  const task = { name: "task", training_file: given["tasks.0.training_file"] };
  if (given["tasks.0.validation_file"]) task.validation_file = given["tasks.0.validation_file"];
  return {
    preset: given.preset,
    models: [given.models],
    tasks: [task],
    seeds: seedsFrom(0, given.seeds),
    ...(given.name && { name: given.name }),
    ...(max_steps && {
      soft_prompt: { hyperparameters: { max_steps: Number(max_steps) || max_steps } },
    }),
  };
}

const MOST = 1000;

// What is no number goes to the service as it is: it says what is wrong with it.
export function seedsFrom(first, typed) {
  const size = Number(typed);
  return Number.isInteger(size) && size >= 0 && size <= MOST
    ? Array.from({ length: size }, (_, i) => first + i)
    : typed;
}
