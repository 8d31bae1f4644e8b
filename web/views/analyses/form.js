// Asks for an analysis of an uploaded cloud or of a finished job.

import { h } from "../../core/dom.js";
import { go } from "../../core/router.js";
import { formOf } from "../../forms/form.js";
import { sender } from "../../forms/sending.js";
import { attempts } from "../../parts/attempts.js";
import { fieldWith, select } from "../../parts/field.js";
import { CLOUD_HINT, uploader } from "../../parts/uploader.js";
import { subjectField } from "./subject.js";

const DIMENSIONS = [0, 1, 2].map((each) => [each, `H${each}`]);

export function analysisForm(cloud, signal) {
  const { subject, offer, add } = subjectField(cloud, signal);
  const dimension = fieldWith("Highest dimension", select("dimension", DIMENSIONS, 1));
  const upload = uploader("Upload a cloud", "point-cloud", CLOUD_HINT, add);
  const shown = [subject.element, upload, dimension.element];
  const fields = [
    ["point_cloud_file", subject],
    ["fine_tuning_job", subject],
    ["settings.max_dimension", dimension],
  ];
  const button = h("button", { class: "primary" }, "Analyse");
  const send = sender();
  const form = formOf({ shown, fields, button }, async () => {
    const { id } = await send("/v1/analyses", request(subject, dimension));
    go(`analyses/${id}`);
  });
  return folded(form, offer, { open: Boolean(cloud), signal });
}

function request(subject, dimension) {
  const { value } = subject.control;
  const key = value.startsWith("ftjob-") ? "fine_tuning_job" : "point_cloud_file";
  return { [key]: value, settings: { max_dimension: Number(dimension.control.value) } };
}

// There may be thousands of jobs: they are read when somebody wants to choose.
function folded(form, offer, { open, signal }) {
  const { element: unread, act } = attempts();
  const element = h("details", { class: "card" }, h("summary", {}, "New analysis"), form, unread);
  element.addEventListener("toggle", () => element.open && act(offer), { signal });
  element.open = open;
  return element;
}
