// A page of a list that is shown again and again: its table with links to further pages, or what
// stands there while it is empty.

import { fill, h } from "../core/dom.js";
import { pager } from "./pager.js";

export function listing(place, asked, list, none) {
  const below = h("div", {});
  const element = h("div", {});
  return { element, show };

  function show(page) {
    list.show(page.data);
    const links = pager(place, asked, page);
    if (!below.firstChild?.isEqualNode(links)) fill(below, links);
    const rows = page.data.length ? [list.element, below] : [none];
    if (element.firstChild !== rows[0]) fill(element, rows);
  }
}
