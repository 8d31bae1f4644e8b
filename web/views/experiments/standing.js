// Where an experiment stands, and what can be done with it.

import { path, post, remove } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { go } from "../../core/router.js";
import { formOf } from "../../forms/form.js";
import { sender } from "../../forms/sending.js";
import { buttonRow } from "../../parts/buttons.js";
import { confirmed } from "../../parts/dialog.js";
import { fieldWith } from "../../parts/field.js";
import { seedsFrom } from "./form.js";

export const ENDED = new Set(["succeeded", "incomplete", "failed", "cancelled"]);

const STEERING = [
  [
    "pause",
    "Pause",
    (each) => each.jobs.queued + each.jobs.running + each.jobs.validating_files > 0,
  ],
  ["resume", "Resume", (each) => each.jobs.paused > 0],
  ["retry", "Retry", (each) => each.jobs.failed > 0],
  ["cancel", "Cancel", (each) => !ENDED.has(each.status)],
];

export function actions(current, update) {
  const ended = (each) => ENDED.has(each.status);
  return buttonRow(current, { steering: STEERING, steer, erase, ended });

  async function steer(verb) {
    await update(await post(path("experiments", current().id, verb)));
  }

  async function erase() {
    if (
      !(await confirmed(
        "Delete this experiment?",
        "Its jobs and all that they left are removed for good.",
        "Delete",
      ))
    )
      return;
    await remove(path("experiments", current().id));
    go("experiments");
  }
}

export function extendForm(current, update) {
  const seeds = fieldWith(
    "Further seeds",
    h("input", { inputmode: "numeric", value: "5" }),
    "How many more runs of each arm.",
  );
  const button = h("button", {}, "Add them");
  const send = sender();
  const asked = { shown: seeds.element, fields: [["seeds", seeds]], button };
  return h("details", { class: "card" }, h("summary", {}, "Extend"), formOf(asked, extend));

  async function extend() {
    const first = Math.max(-1, ...current().settings.seeds) + 1;
    const body = { seeds: seedsFrom(first, seeds.control.value) };
    await update(await send(path("experiments", current().id, "extend"), body));
  }
}
