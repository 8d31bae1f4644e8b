// The buttons for what can be done with something as it stands, deleting last, and beside them what
// the service refused.

import { h, keepFocus } from "../core/dom.js";
import { attempts } from "./attempts.js";

// `current` returns the thing. `steering` are [verb, name, allowed]; `steer` does a verb, `erase`
// deletes what `ended` says has ended, `also` stands between.
export function buttonRow(current, { steering, steer, erase, ended, also = null }) {
  const { element: refused, act } = attempts();
  const choices = steering.map(([verb, name, allowed]) => [
    h("button", { onclick: () => act(() => steer(verb)) }, name),
    allowed,
  ]);
  const deleting = h("button", { class: "danger", onclick: () => act(erase) }, "Delete");
  const element = h(
    "div",
    { class: "row" },
    choices.map(([button]) => button),
    also,
    deleting,
    refused,
  );
  const show = () => {
    for (const [button, allowed] of choices) button.hidden = !allowed(current());
    deleting.hidden = !ended(current());
  };
  return { element, update: () => keepFocus(element, show) };
}
