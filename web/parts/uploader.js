// A control that uploads the file that is chosen or dropped, with progress and the service's answer.

import { announce } from "../core/announce.js";
import { h } from "../core/dom.js";
import { upload } from "../core/upload.js";
import { fieldWith } from "./field.js";

export const CLOUD_HINT =
  ".npy, .safetensors or .csv, a row per point; or a PEFT adapter, zipped (.zip).";
const ACCEPTED = { "fine-tune": ".jsonl", "point-cloud": ".npy,.safetensors,.csv,.zip" };

export function uploader(label, purpose, hint, onStored) {
  const input = h("input", { type: "file", accept: ACCEPTED[purpose] });
  const field = fieldWith(label, input, hint);
  const bar = h("progress", { max: 100, value: 0, hidden: true, "aria-label": "upload" });
  field.element.append(bar);
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    field.right();
    bar.hidden = false;
    input.disabled = true;
    try {
      const stored = await upload(file, purpose, (percent) => (bar.value = percent));
      announce(`${stored.filename} is uploaded`);
      onStored(stored);
    } catch (error) {
      field.wrong(`${file.name}: ${error.message}`);
    }
    bar.hidden = true;
    input.disabled = false;
    input.value = "";
  });
  return field.element;
}
