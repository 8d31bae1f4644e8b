// Asks for an analysis of an uploaded cloud or of a finished job.

import { getAll } from "../../core/api.js";
import { fill, h } from "../../core/dom.js";
import { go } from "../../core/router.js";
import { formOf } from "../../forms/form.js";
import { sender } from "../../forms/sending.js";
import { attempts } from "../../parts/attempts.js";
import { fieldWith } from "../../parts/field.js";
import { uploader } from "../../parts/uploader.js";
import { FINAL } from "../../parts/state.js";

export function analysisForm(cloud, signal) {
  const clouds = h("optgroup", { label: "Point clouds" });
  const tuned = h("optgroup", { label: "Finished jobs" });
  const control = h("select", { name: "subject" }, clouds, tuned);
  const subject = fieldWith("Subject", control);
  const dimension = fieldWith(
    "Highest dimension",
    h(
      "select",
      { name: "dimension" },
      [0, 1, 2].map((each) => h("option", { value: each, selected: each === 1 }, `H${each}`)),
    ),
  );
  const upload = uploader(
    "Upload a cloud",
    "point-cloud",
    ".npy, .safetensors or .csv, a row per point.",
    (file) => {
      clouds.prepend(fileOption(file));
      control.value = file.id;
    },
  );
  const { element: unread, act } = attempts();
  const button = h("button", { class: "primary" }, "Analyse");
  const send = sender();
  const fields = [
    ["point_cloud_file", subject],
    ["fine_tuning_job", subject],
    ["settings.max_dimension", dimension],
  ];
  const shown = [subject.element, upload, dimension.element];
  const form = formOf({ shown, fields, button }, start);
  const folded = h("details", { class: "card" }, h("summary", {}, "New analysis"), form, unread);
  // There may be thousands of jobs: they are read when somebody wants to choose.
  folded.addEventListener("toggle", () => folded.open && act(offer), { signal });
  folded.open = Boolean(cloud);
  return folded;

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

  async function start() {
    const key = control.value.startsWith("ftjob-") ? "fine_tuning_job" : "point_cloud_file";
    const settings = { max_dimension: Number(dimension.control.value) };
    const { id } = await send("/v1/analyses", { [key]: control.value, settings });
    go(`analyses/${id}`);
  }
}

function fileOption(file) {
  return h("option", { value: file.id }, `${file.filename} …${file.id.slice(-4)}`);
}

function jobOption(job) {
  return h("option", { value: job.id }, `${job.suffix ?? job.id} (${job.status})`);
}
