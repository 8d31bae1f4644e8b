// What a job leaves to be saved: result files and snapshots.

import { get, jobPath, getAll, path } from "../../../core/api.js";
import { ago } from "../../../core/clock.js";
import { fill, h } from "../../../core/dom.js";
import { bytes, count, figure, percent } from "../../../core/format.js";
import { poll } from "../../../core/poll.js";
import { empty } from "../../../parts/notice.js";
import { table } from "../../../parts/table.js";

const ABOUT = {
  "soft_prompt.safetensors": "the tuned prompt, with the recipe to apply it",
  "adapter.zip": "the prompt as a PEFT adapter",
  "predictions_before.jsonl": "the model's answers before tuning",
  "predictions_after.jsonl": "the model's answers after tuning",
  "step_metrics.csv": "what was measured at every step",
};

export async function section({ feed, content, signal }) {
  const results = h("div", {});
  const snapshots = table("Snapshots", SNAPSHOTS);
  content.replaceChildren(
    h(
      "div",
      { class: "stack" },
      h("h2", {}, "Results"),
      results,
      h("h2", {}, "Snapshots"),
      snapshots.element,
    ),
  );
  let known = null;
  const update = async () => {
    const ids = feed.job.result_files.join();
    if (known === ids && feed.ended) return;
    fill(results, await resultList(feed.job, signal));
    snapshots.show(await getAll(jobPath(feed.job.id, "checkpoints"), {}, signal));
    known = ids;
  };
  await update();
  const again = poll(async () => {
    await update();
    return 3600;
  }, signal);
  feed.on("event", again);
  feed.on("job", () => known !== feed.job.result_files.join() && again());
}

async function resultList(job, signal) {
  if (!job.result_files.length)
    return empty("No results yet", "They are there once the job has succeeded.");
  const files = await Promise.all(job.result_files.map((id) => get(path("files", id), {}, signal)));
  const list = table("Result files", RESULTS);
  list.show(files);
  return list.element;
}

const RESULTS = [
  {
    heading: "File",
    cell: (file) => [
      h("a", { href: path("files", file.id, "content"), download: file.filename }, file.filename),
      h("span", { class: "sub" }, ABOUT[file.filename]),
    ],
  },
  { heading: "Id", kind: "wide", cell: (file) => h("span", { class: "mono" }, file.id) },
  { heading: "Size", kind: "number", cell: (file) => bytes(file.bytes) },
];

const SNAPSHOTS = [
  { heading: "Step", kind: "number", cell: (snapshot) => count(snapshot.step_number) },
  { heading: "Epoch", kind: "number", cell: (snapshot) => count(snapshot.epoch) },
  { heading: "Loss", kind: "number", cell: (snapshot) => figure(snapshot.metrics.train_loss) },
  {
    heading: "Accuracy",
    kind: "number",
    cell: (snapshot) => percent(snapshot.metrics.full_valid_accuracy),
  },
  { heading: "Id", kind: "wide", cell: (snapshot) => h("span", { class: "mono" }, snapshot.id) },
  { heading: "Kept", kind: "wide", cell: (snapshot) => ago(snapshot.created_at) },
];
