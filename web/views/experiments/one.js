// One experiment: where its runs stand, what was found, and the tables behind it.

import { get, path } from "../../core/api.js";
import { ago } from "../../core/clock.js";
import { fill, h } from "../../core/dom.js";
import { count } from "../../core/format.js";
import { poll } from "../../core/poll.js";
import { idCrumb } from "../../parts/crumb.js";
import { figures } from "../../parts/facts.js";
import { state } from "../../parts/state.js";
import { bar } from "./list.js";
import { reportView } from "./report.js";
import { ENDED, actions, extendForm } from "./standing.js";

export async function render({ main, params, signal, who }) {
  const place = path("experiments", params.id);
  const read = () => get(place, {}, signal);
  let experiment = await read();
  let settled = false;
  const writes = who.scopes.includes("write");
  const standing = h("div", { class: "stack" });
  const report = reportView(place, signal);
  const buttons = writes ? actions(() => experiment, update) : { element: null, update() {} };
  const extend = writes && extendForm(() => experiment, update);
  main(head(experiment, buttons), h("div", { class: "stack" }, standing, report.element, extend));
  await update(experiment);
  poll(async () => {
    if (!settled) await update(await read());
    return settled ? 30 : 3;
  }, signal);

  async function update(next) {
    experiment = next;
    buttons.update();
    fill(standing, told(experiment, place));
    await report.update(experiment);
    settled = ENDED.has(experiment.status) && !report.waits();
  }
}

function head({ id, name }, buttons) {
  return [
    idCrumb("experiments", "Experiments", id),
    h("div", { class: "head" }, h("h1", { class: "grow" }, name), buttons.element),
  ];
}

function told(experiment, place) {
  const running = !ENDED.has(experiment.status);
  return [line(experiment, place), running && bar(experiment), tally(experiment)];
}

function line(experiment, place) {
  return h(
    "p",
    { class: "row" },
    state(experiment),
    h("span", { class: "muted" }, "created ", ago(experiment.created_at)),
    h("a", { href: `#/jobs?experiment=${experiment.id}` }, "Its jobs"),
    h(
      "a",
      { href: `${place}/report?format=html`, target: "_blank", rel: "noopener" },
      "Report as a page",
    ),
  );
}

function tally({ jobs, settings, fewest_seeds: fewest }) {
  const few = fewest !== null && settings.seeds.length < fewest;
  return [few && tooFewSeeds(fewest), numbers(jobs, settings)];
}

function tooFewSeeds(fewest) {
  return h(
    "p",
    { class: "muted" },
    `With fewer than ${fewest} seeds no difference of any size can be significant.`,
  );
}

function numbers(jobs, settings) {
  return figures([
    ["Runs", count(jobs.planned), `${settings.arms.length} arms × ${settings.seeds.length} seeds`],
    ["Succeeded", count(jobs.succeeded)],
    ["Running", count(jobs.running + jobs.validating_files)],
    ["Queued", count(jobs.queued), jobs.paused ? `${jobs.paused} paused` : null],
    ["Without a result", count(jobs.failed + jobs.cancelled + jobs.missing)],
  ]);
}
