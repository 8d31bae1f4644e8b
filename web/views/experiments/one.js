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
import { findings, missingRuns } from "./findings.js";
import { ENDED, actions, extendForm } from "./standing.js";
import { taskCard } from "./task.js";

export async function render({ main, params, signal, who }) {
  const place = path("experiments", params.id);
  const read = () => get(place, {}, signal);
  let experiment = await read();
  const writes = who.scopes.includes("write");
  const standing = h("div", { class: "stack" });
  const report = h("div", { class: "stack" });
  const buttons = writes ? actions(() => experiment, update) : { element: null, update() {} };
  main(
    idCrumb("experiments", "Experiments", experiment.id),
    h("div", { class: "head" }, h("h1", { class: "grow" }, experiment.name), buttons.element),
    h("div", { class: "stack" }, standing, report, writes && extendForm(() => experiment, update)),
  );
  let drawn = null;
  let shown = null;
  let settled = false;
  await update(experiment);
  poll(async () => {
    if (!settled) await update(await read());
    return settled ? 30 : 3;
  }, signal);

  async function update(next) {
    experiment = next;
    buttons.update();
    fill(
      standing,
      line(experiment, place),
      !ENDED.has(experiment.status) && bar(experiment),
      tally(experiment),
    );
    const ended = JSON.stringify([
      experiment.jobs.succeeded,
      experiment.jobs.failed,
      experiment.jobs.cancelled,
      experiment.jobs.planned,
    ]);
    if (ended !== drawn) await draw();
    drawn = ended;
    settled = ENDED.has(experiment.status);
  }

  async function draw() {
    const { results } = await get(path("experiments", params.id, "report"), {}, signal);
    shown?.abort();
    shown = new AbortController();
    const cards = results.tasks.map((task) => taskCard(task, results.primary, shown.signal));
    fill(
      report,
      findings(results),
      cards.map((card) => card.element),
      missingRuns(results.missing_runs),
    );
    for (const card of cards) card.draw();
  }

  signal.addEventListener("abort", () => shown?.abort());
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

function tally({ jobs, settings }) {
  return figures([
    ["Runs", count(jobs.planned), `${settings.arms.length} arms × ${settings.seeds.length} seeds`],
    ["Succeeded", count(jobs.succeeded)],
    ["Running", count(jobs.running + jobs.validating_files)],
    ["Queued", count(jobs.queued), jobs.paused ? `${jobs.paused} paused` : null],
    ["Without a result", count(jobs.failed + jobs.cancelled + jobs.missing)],
  ]);
}
