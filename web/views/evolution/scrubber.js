// The slider over snapshots. It is a plain range: arrow keys, Home and End move it.

import { fill, h } from "../../core/dom.js";
import { count, figure, percent } from "../../core/format.js";
import { accuracyAt } from "./data.js";

const FRAMES_PER_RUN = 60;
const LONGEST_FRAME = 400;

export function scrubber(clouds, start, onMove, signal) {
  const range = slider(clouds.length - 1, start);
  const said = h("div", { class: "said" });
  const button = playButton(range, move, signal);
  range.addEventListener("input", () => move(Number(range.value)));
  return { element: h("div", { class: "card scrubber" }, button, range, said), move };

  function move(index) {
    range.value = index;
    tell(range, said, description(clouds[index], index, clouds.length));
    onMove(index);
  }
}

function slider(last, start) {
  return h("input", {
    type: "range",
    id: "snapshot",
    min: 0,
    max: last,
    step: 1,
    value: start,
    "aria-label": "Snapshot",
  });
}

function tell(range, said, told) {
  fill(
    said,
    told.map(([name, value]) => h("span", {}, `${name} `, h("b", {}, value))),
  );
  range.setAttribute("aria-valuetext", told.map(([name, value]) => `${name} ${value}`).join(", "));
}

// Moves through the snapshots by itself, from the first one again where it stands at the last.
function playButton(range, move, signal) {
  const last = Number(range.max);
  const pace = Math.min(LONGEST_FRAME, (FRAMES_PER_RUN * 100) / (last + 1));
  const button = h("button", { type: "button", onclick: flip }, "Play");
  let timer = null;
  signal.addEventListener("abort", () => clearInterval(timer));
  return button;

  function flip() {
    if (timer) return stop();
    if (Number(range.value) === last) move(0);
    button.textContent = "Pause";
    timer = setInterval(advance, pace);
  }

  function advance() {
    const next = Number(range.value) + 1;
    move(Math.min(next, last));
    if (next >= last) stop();
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    button.textContent = "Play";
  }
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
