// The shape of each input of an analysis, one at a time.

import { fill, h } from "../../core/dom.js";
import { fieldWith, select } from "../../parts/field.js";
import { evolution } from "../evolution/evolution.js";

export function inputsView({ inputs }, trajectories, signal) {
  const room = h("div", {});
  const choice = select(
    "input",
    inputs.map((input, at) => [at, `${at + 1}: ${named(input)}`]),
  );
  let shown = null;

  function draw() {
    shown?.abort();
    shown = new AbortController();
    const view = evolution(trajectories[Number(choice.value)], { signal: shown.signal });
    fill(room, view.element);
    view.begin();
  }
  choice.addEventListener("change", draw);
  signal.addEventListener("abort", () => shown?.abort());
  return {
    element: h(
      "div",
      { class: "stack" },
      trajectories.length > 1 && h("div", { class: "filters" }, fieldWith("Input", choice).element),
      room,
    ),
    draw,
  };
}

function named({ fine_tuning_job: job, point_cloud_file: file, checkpoints }) {
  if (file) return `cloud …${file.slice(-8)}`;
  return `${checkpoints ? `${checkpoints.length} snapshots of ` : ""}job …${(job ?? "").slice(-8)}`;
}
