// A sentence in which `backticks` mark code.

import { h } from "../core/dom.js";

export function prose(text) {
  return text.split("`").map((part, i) => (i % 2 ? h("code", {}, part) : part));
}
