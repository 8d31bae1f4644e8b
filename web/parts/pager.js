// Links through the pages of a list, newest first.

import { h } from "../core/dom.js";
import { address } from "../core/router.js";

export function pager(place, query, page) {
  const { after, ...rest } = query;
  const older =
    page.has_more &&
    h("a", { href: address(place, { ...rest, after: page.data.at(-1).id }) }, "Older →");
  const newest = after && h("a", { href: address(place, rest) }, "← Newest");
  return h("div", { class: "below" }, newest || h("span"), older || h("span"));
}
