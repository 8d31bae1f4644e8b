// Asks for an analysis of an uploaded cloud or of a finished job.

import { getAll, post } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { go } from "../../core/router.js";
import { clear, showRefusal } from "../../forms/errors.js";
import { fieldWith } from "../../parts/field.js";
import { uploader } from "../../parts/uploader.js";
import { FINAL } from "../../parts/state.js";

export async function analysisForm(cloud, signal) {
  const [files, jobs] = await Promise.all([
    getAll("/v1/files", { purpose: "point-cloud" }, signal),
    getAll("/v1/fine_tuning/jobs", {}, signal),
  ]);
  const clouds = h("optgroup", { label: "Point clouds" }, files.map(fileOption));
  const tuned = h(
    "optgroup",
    { label: "Finished jobs" },
    jobs
      .filter((job) => FINAL.has(job.status))
      .map((job) => h("option", { value: job.id }, `${job.suffix ?? job.id} (${job.status})`)),
  );
  const control = h("select", { name: "subject" }, clouds, tuned);
  if (cloud) control.value = cloud;
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
      clouds.append(fileOption(file));
      control.value = file.id;
    },
  );
  const general = h("p", { class: "notice bad", role: "alert", hidden: true });
  const fields = [
    ["point_cloud_file", subject],
    ["fine_tuning_job", subject],
    ["settings.max_dimension", dimension],
  ];
  const form = h(
    "form",
    { class: "fields", onsubmit: start, novalidate: true },
    subject.element,
    upload,
    dimension.element,
    h("div", { class: "row" }, h("button", { class: "primary" }, "Analyse")),
  );
  return h(
    "details",
    { class: "card", open: Boolean(cloud) },
    h("summary", {}, "New analysis"),
    form,
    general,
  );

  async function start(event) {
    event.preventDefault();
    clear(fields, general);
    const key = control.value.startsWith("ftjob-") ? "fine_tuning_job" : "point_cloud_file";
    try {
      const { id } = await post("/v1/analyses", {
        [key]: control.value,
        settings: { max_dimension: Number(dimension.control.value) },
      });
      go(`analyses/${id}`);
    } catch (error) {
      showRefusal(error, fields, general);
    }
  }
}

function fileOption(file) {
  return h("option", { value: file.id }, `${file.filename} …${file.id.slice(-4)}`);
}
