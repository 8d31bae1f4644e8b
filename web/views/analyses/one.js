// One analysis: where it stands, then the shape of its clouds and its figures.

import { get, path, post, remove } from "../../core/api.js";
import { ago, took } from "../../core/clock.js";
import { fill, h } from "../../core/dom.js";
import { poll } from "../../core/poll.js";
import { go } from "../../core/router.js";
import { buttonRow } from "../../parts/buttons.js";
import { idCrumb } from "../../parts/crumb.js";
import { confirmed } from "../../parts/dialog.js";
import { notice } from "../../parts/notice.js";
import { FINAL, progress, state } from "../../parts/state.js";
import { readEvolution } from "../evolution/data.js";
import { figuresCard } from "./figures.js";
import { foundCard, readFound } from "./found.js";
import { inputsView } from "./inputs.js";
import { subject } from "./list.js";

export async function render({ main, params, signal, who }) {
  const read = () => get(path("analyses", params.id), {}, signal);
  let analysis = await read();
  const standing = h("div", { class: "stack" });
  const content = h("div", {});
  const buttons = who.scopes.includes("write")
    ? actions(() => analysis, update)
    : { element: null, update() {} };
  main(head(analysis, buttons), h("div", { class: "stack" }, standing, content));
  // An analysis that ended is settled once what it found is drawn.
  let settled = false;
  await update(analysis);
  poll(async () => {
    if (!settled) await update(await read());
    return 1;
  }, signal);

  async function update(next) {
    analysis = next;
    buttons.update();
    fill(standing, told(analysis));
    if (analysis.status === "succeeded") await draw(analysis, content, signal);
    settled = FINAL.has(analysis.status);
  }
}

function head(analysis, buttons) {
  const heading = h("h1", { class: "grow" }, "Analysis of ", subject(analysis));
  return [
    idCrumb("analyses", "Analyses", analysis.id),
    h("div", { class: "head" }, heading, buttons.element),
  ];
}

function told(analysis) {
  const { error } = analysis;
  const since = h(
    "span",
    { class: "muted" },
    "created ",
    ago(analysis.created_at),
    analysis.started_at && ` · took ${took(analysis)}`,
  );
  return [
    h("p", { class: "row" }, state(analysis), since),
    progress(analysis),
    error && notice("bad", h("strong", {}, error.code), " ", error.message),
  ];
}

async function draw(analysis, content, signal) {
  const [trajectories, figures, found] = await Promise.all([
    readEvolution(analysis, signal),
    get(path("analyses", analysis.id, "figures"), {}, signal),
    readFound(analysis, signal),
  ]);
  const view = inputsView(analysis, trajectories, signal);
  fill(
    content,
    h("div", { class: "stack" }, view.element, foundCard(found), figuresCard(figures.data)),
  );
  view.draw();
}

const STEERING = [
  ["cancel", "Cancel", (analysis) => !FINAL.has(analysis.status)],
  ["retry", "Retry", (analysis) => analysis.status === "failed"],
];

function actions(current, update) {
  const ended = (analysis) => FINAL.has(analysis.status);
  return buttonRow(current, { steering: STEERING, steer, erase, ended });

  async function steer(verb) {
    await update(await post(path("analyses", current().id, verb)));
  }

  async function erase() {
    if (
      !(await confirmed(
        "Delete this analysis?",
        "Its diagrams, measures and figures are removed for good.",
        "Delete",
      ))
    )
      return;
    await remove(path("analyses", current().id));
    go("analyses");
  }
}
