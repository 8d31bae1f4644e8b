// API keys of the project: make, see, revoke. Only a key with the scope admin may.

import { get, path, remove } from "../core/api.js";
import { ago } from "../core/clock.js";
import { h } from "../core/dom.js";
import { attempts } from "../parts/attempts.js";
import { confirmed } from "../parts/dialog.js";
import { empty } from "../parts/notice.js";
import { pager } from "../parts/pager.js";
import { table } from "../parts/table.js";
import { keyForm } from "./keys/form.js";

export async function render({ main, query, signal, who }) {
  const head = h("div", { class: "head" }, h("h1", {}, "Keys"));
  if (!who.scopes.includes("admin")) {
    main(
      head,
      empty("Not for this key", "Keys are made and revoked with a key that has the scope admin."),
    );
    return;
  }
  const asked = Object.fromEntries(query);
  const read = () => get("/v1/keys", { ...asked, limit: 50 }, signal);
  const page = await read();
  const { element: refused, act } = attempts();
  const list = table(
    "API keys",
    columns(who, (key) => act(() => revoke(key))),
  );
  const load = async () => list.show((await read()).data);
  list.show(page.data);
  main(
    head,
    h("div", { class: "stack" }, keyForm(load), refused, list.element),
    pager("keys", asked, page),
  );

  async function revoke(key) {
    if (
      !(await confirmed(
        "Revoke this key?",
        `“${key.name}” (…${key.hint}) opens nothing any more, now and for good.`,
        "Revoke",
      ))
    )
      return;
    await remove(path("keys", key.id));
    await load();
  }
}

function columns(who, revoke) {
  return [
    {
      heading: "Key",
      cell: (key) => [
        h("strong", {}, key.name),
        key.id === who.key_id && h("span", { class: "muted" }, " (this one)"),
        h("span", { class: "sub mono" }, `tsl_…${key.hint}`),
      ],
    },
    { heading: "Scopes", cell: (key) => key.scopes.join(", ") },
    { heading: "State", cell: standing },
    { heading: "Made", kind: "wide", cell: (key) => ago(key.created_at) },
    { heading: "Last used", kind: "wide", cell: (key) => ago(key.last_used_at) },
    {
      heading: "Act",
      cell: (key) =>
        !key.revoked_at &&
        h(
          "button",
          { class: "plain", onclick: () => revoke(key), "aria-label": `Revoke ${key.name}` },
          "Revoke",
        ),
    },
  ];
}

function standing(key) {
  if (key.revoked_at) return ["revoked ", ago(key.revoked_at)];
  if (!key.expires_at) return "valid";
  return [key.expires_at * 1000 < Date.now() ? "expired " : "expires ", ago(key.expires_at)];
}
