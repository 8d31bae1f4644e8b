// Everything that has happened to a job, newest first, as it happens.

import { ago } from "../../../core/clock.js";
import { h } from "../../../core/dom.js";

export function section({ feed, content }) {
  const list = h("ol", { class: "events", reversed: true });
  let shown = 0;
  const update = () => {
    const fresh = feed.events.filter((event) => event.number > shown);
    for (const event of fresh) list.prepend(item(event));
    shown = feed.events.at(-1)?.number ?? shown;
  };
  feed.on("event", update);
  update();
  content.replaceChildren(h("div", { class: "card" }, h("h2", {}, "Events"), list));
}

function item(event) {
  return h(
    "li",
    { "data-level": event.level, "data-number": event.number },
    h("span", { class: "no" }, event.number),
    h("span", { class: "text" }, event.message),
    ago(event.created_at),
  );
}
