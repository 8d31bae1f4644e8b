// What can be analysed: an uploaded cloud or a finished job.

import { getAll } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { fieldWith } from "../../parts/field.js";
import { FINAL } from "../../parts/state.js";

// `offer` reads what there is and chooses `cloud` unless something is chosen; `add` takes a new cloud.
export function subjectField(cloud, signal) {
  const clouds = h("optgroup", { label: "Point clouds" });
  const tuned = h("optgroup", { label: "Finished jobs" });
  const control = h("select", { name: "subject" }, clouds, tuned);
  return { subject: fieldWith("Subject", control), offer, add };

  async function offer() {
    const [files, jobs] = await Promise.all([
      getAll("/v1/files", { purpose: "point-cloud" }, signal),
      getAll("/v1/fine_tuning/jobs", {}, signal),
    ]);
    const chosen = control.value || cloud;
    fill(clouds, files.map(fileOption));
    fill(tuned, jobs.filter((job) => FINAL.has(job.status)).map(jobOption));
    if (chosen) control.value = chosen;
  }

  function add(file) {
    clouds.prepend(fileOption(file));
    control.value = file.id;
  }
}

function fileOption(file) {
  return h("option", { value: file.id }, `${file.filename} …${file.id.slice(-4)}`);
}

function jobOption(job) {
  return h("option", { value: job.id }, `${job.suffix ?? job.id} (${job.status})`);
}
