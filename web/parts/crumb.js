// The way back to the list that a page is below.

import { h } from "../core/dom.js";

export function crumb(place, name, here) {
  return h("p", { class: "crumb" }, h("a", { href: `#/${place}` }, name), " / ", here);
}

export function idCrumb(place, name, id) {
  return crumb(place, name, h("span", { class: "mono" }, id));
}
