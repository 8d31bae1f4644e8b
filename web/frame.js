// The bar with the views, and who is signed in.

import { tellSignedOut } from "./core/api.js";
import { fill, h } from "./core/dom.js";
import { signOut } from "./core/session.js";
import { attempts } from "./parts/attempts.js";

const VIEWS = [
  ["jobs", "Jobs"],
  ["analyses", "Analyses"],
  ["experiments", "Experiments"],
  ["files", "Files"],
  ["models", "Models"],
  ["keys", "Keys"],
];

const frame = document.getElementById("frame");

export function showFrame(place, who) {
  const current = place.split("/")[0];
  frame.hidden = false;
  if (frame.dataset.current === current) return;
  frame.dataset.current = current;
  fill(frame, h("div", { class: "frame-top" }, brand(), identity(who)), navigation(current));
}

export function hideFrame() {
  frame.hidden = true;
  delete frame.dataset.current;
  frame.replaceChildren();
}

export function brand() {
  return h(
    "a",
    { class: "brand", href: "#/jobs" },
    h("img", { src: "/web/icon.svg", alt: "" }),
    "tsloss",
  );
}

function navigation(current) {
  const items = VIEWS.map(([place, name]) =>
    h("li", {}, h("a", { href: `#/${place}`, "aria-current": place === current && "page" }, name)),
  );
  return h("nav", { "aria-label": "Views" }, h("ul", {}, items));
}

function identity(who) {
  const project = h(
    "span",
    { class: "mono muted", title: `project ${who.organization_id}` },
    who.organization_id,
  );
  const { element: refused, act } = attempts();
  const out = h("button", { onclick: () => act(leave) }, "Sign out");
  return h("div", { class: "who" }, refused, project, out);
}

async function leave() {
  await signOut();
  tellSignedOut();
}
