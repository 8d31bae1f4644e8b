// Starts an experiment from a preset. Arms of one's own, and the preset that starts from another
// experiment, are for the interface.

import { get, getAll } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { go } from "../../core/router.js";
import { formOf } from "../../forms/form.js";
import { requestSchema, withoutNull } from "../../forms/schema.js";
import { sender } from "../../forms/sending.js";
import { fieldWith, select } from "../../parts/field.js";

const NEEDS_SOURCE = "transfer";

export async function experimentForm(signal) {
  const [models, files, schema] = await Promise.all([
    get("/v1/models", {}, signal),
    getAll("/v1/files", { purpose: "fine-tune" }, signal),
    requestSchema("CreateExperiment", signal),
  ]);
  const presets = withoutNull(schema.root.properties.preset).enum.filter(
    (name) => name !== NEEDS_SOURCE,
  );
  const rows = files.map((file) => [
    file.id,
    `${file.filename} · ${file.rows} rows · …${file.id.slice(-4)}`,
  ]);
  const fields = {
    preset: fieldWith(
      "Preset",
      select(
        "preset",
        presets.map((name) => [name, name]),
      ),
    ),
    models: fieldWith(
      "Model",
      select(
        "models",
        models.data.filter((model) => !model.base_model).map(({ id }) => [id, id]),
      ),
    ),
    "tasks.0.training_file": fieldWith(
      "Training file",
      select("training_file", [["", "Choose a file"], ...rows]),
    ),
    "tasks.0.validation_file": fieldWith(
      "Validation file",
      select("validation_file", [["", "None"], ...rows]),
    ),
    seeds: fieldWith(
      "Seeds",
      h("input", { name: "seeds", inputmode: "numeric", value: "10" }),
      "How many runs of each arm, with the seeds 0, 1, 2…",
    ),
    "soft_prompt.hyperparameters.max_steps": fieldWith(
      "Most steps",
      h("input", { name: "max_steps", inputmode: "numeric", placeholder: "the preset's" }),
    ),
    name: fieldWith(
      "Name",
      h("input", { name: "name", placeholder: "the preset's", autocomplete: "off" }),
    ),
  };
  const button = h("button", { class: "primary" }, "Start the experiment");
  const send = sender();
  const listed = Object.entries(fields);
  const shown = listed.map(([, field]) => field.element);
  const form = formOf({ shown, fields: listed, button }, start);
  return h("details", { class: "card" }, h("summary", {}, "New experiment"), form);

  async function start() {
    const typed = listed.map(([name, field]) => [name, field.control.value.trim()]);
    const { id } = await send("/v1/experiments", request(Object.fromEntries(typed)));
    go(`experiments/${id}`);
  }
}

function request(typed) {
  const max_steps = typed["soft_prompt.hyperparameters.max_steps"];
  const task = { name: "task", training_file: typed["tasks.0.training_file"] };
  if (typed["tasks.0.validation_file"]) task.validation_file = typed["tasks.0.validation_file"];
  return {
    preset: typed.preset,
    models: [typed.models],
    tasks: [task],
    seeds: seedsFrom(0, typed.seeds),
    ...(typed.name && { name: typed.name }),
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
