// Files: upload, what is there, download, delete.

import { get, path, remove } from "../core/api.js";
import { ago } from "../core/clock.js";
import { h } from "../core/dom.js";
import { bytes, count } from "../core/format.js";
import { address, go } from "../core/router.js";
import { attempts } from "../parts/attempts.js";
import { confirmed } from "../parts/dialog.js";
import { fieldWith, select } from "../parts/field.js";
import { listing } from "../parts/listing.js";
import { empty } from "../parts/notice.js";
import { table } from "../parts/table.js";
import { CLOUD_HINT, uploader } from "../parts/uploader.js";

const PURPOSES = [
  ["", "Any purpose"],
  ["fine-tune", "Training rows"],
  ["point-cloud", "Point clouds"],
  ["fine-tune-results", "Results"],
];

export async function render({ main, query, signal, who }) {
  const asked = Object.fromEntries(query);
  const writes = who.scopes.includes("write");
  const read = () => get("/v1/files", { ...asked, limit: 25 }, signal);
  const { element: refused, act } = attempts();
  const shown = columns(writes, (file) => act(() => erase(file)));
  const none = empty("No files", "Upload training rows or a point cloud.");
  const list = listing("files", asked, table("Files", shown), none);
  const load = async () => list.show(await read());
  await load();
  main(
    h("div", { class: "head" }, h("h1", {}, "Files")),
    h(
      "div",
      { class: "stack" },
      writes && uploads(() => (asked.after ? go("files") : load())),
      h("div", {}, filter(asked), refused, list.element),
    ),
  );

  async function erase(file) {
    if (
      !(await confirmed(
        "Delete this file?",
        `${file.filename} (${file.id}) is removed for good.`,
        "Delete",
      ))
    )
      return;
    await remove(path("files", file.id));
    await load();
  }
}

function uploads(done) {
  const rows = uploader(
    "Training rows",
    "fine-tune",
    "JSON Lines. Each row is checked; nothing is stored of a file with a bad one.",
    done,
  );
  const cloud = uploader("Point cloud", "point-cloud", CLOUD_HINT, done);
  return h(
    "section",
    { class: "card uploads" },
    h("h2", {}, "Upload"),
    h("div", { class: "grid" }, rows, cloud),
  );
}

function filter(asked) {
  const control = select("purpose", PURPOSES, asked.purpose);
  control.addEventListener("change", () => go("files", { purpose: control.value }));
  return h("div", { class: "filters" }, fieldWith("Purpose", control).element);
}

function columns(writes, erase) {
  const used = {
    "fine-tune": (file) =>
      h("a", { href: address("jobs/new", { training_file: file.id }) }, "Tune on it"),
    "point-cloud": (file) =>
      h("a", { href: address("analyses", { cloud: file.id }) }, "Analyse it"),
  };
  return [
    {
      heading: "File",
      cell: (file) => [
        h("a", { href: path("files", file.id, "content"), download: file.filename }, file.filename),
        h("span", { class: "sub mono" }, file.id),
      ],
    },
    { heading: "Purpose", kind: "wide", cell: (file) => file.purpose },
    { heading: "Rows", kind: "number wide", cell: (file) => count(file.rows) },
    { heading: "Size", kind: "number", cell: (file) => bytes(file.bytes) },
    { heading: "Uploaded", kind: "wide", cell: (file) => ago(file.created_at) },
    {
      heading: "Use",
      cell: (file) =>
        h(
          "span",
          { class: "row" },
          used[file.purpose]?.(file),
          writes &&
            h(
              "button",
              {
                class: "plain",
                onclick: () => erase(file),
                "aria-label": `Delete ${file.filename}`,
              },
              "Delete",
            ),
        ),
    },
  ];
}
