// The slider over snapshots. It is a plain range: arrow keys, Home and End move it.

import { fill, h } from "../../core/dom.js";
import { count, figure, percent } from "../../core/format.js";
import { accuracyAt } from "./data.js";

const FRAMES_PER_RUN = 60;
const LONGEST_FRAME = 400;

export function scrubber(clouds, start, onMove, signal) {
  const range = h("input", {
    type: "range",
    id: "snapshot",
    min: 0,
    max: clouds.length - 1,
    step: 1,
    value: start,
    "aria-label": "Snapshot",
  });
  const button = h("button", { type: "button", onclick: play }, "Play");
  const said = h("div", { class: "said" });
  range.addEventListener("input", () => move(Number(range.value)));
  let timer = null;
  signal.addEventListener("abort", () => clearInterval(timer));

  function move(index) {
    range.value = index;
    const told = description(clouds[index], index, clouds.length);
    fill(
      said,
      told.map(([name, value]) => h("span", {}, `${name} `, h("b", {}, value))),
    );
    range.setAttribute(
      "aria-valuetext",
      told.map(([name, value]) => `${name} ${value}`).join(", "),
    );
    onMove(index);
  }

  function play() {
    if (timer) return stop();
    if (Number(range.value) === clouds.length - 1) move(0);
    button.textContent = "Pause";
    const pace = Math.min(LONGEST_FRAME, (FRAMES_PER_RUN * 100) / clouds.length);
    timer = setInterval(() => {
      const next = Number(range.value) + 1;
      move(Math.min(next, clouds.length - 1));
      if (next >= clouds.length - 1) stop();
    }, pace);
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    button.textContent = "Play";
  }

  return { element: h("div", { class: "card scrubber" }, button, range, said), move };
}

function description(cloud, index, total) {
  const accuracy = accuracyAt(cloud);
  const loss = cloud.snapshot?.metrics.train_loss;
  return [
    ["snapshot", `${index + 1} of ${total}`],
    ["step", count(cloud.step)],
    cloud.snapshot && ["epoch", count(cloud.snapshot.epoch)],
    accuracy !== null && ["accuracy", percent(accuracy)],
    typeof loss === "number" && ["training loss", figure(loss)],
  ].filter(Boolean);
}
