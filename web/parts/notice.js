// What stands where content does not: loading, nothing there, something wrong.

import { h } from "../core/dom.js";

export function loading(text = "Loading…") {
  return h("p", { class: "loading", role: "status" }, text);
}

export function empty(title, text, ...actions) {
  return h(
    "div",
    { class: "empty" },
    h("h2", {}, title),
    h("p", {}, text),
    actions.length > 0 && h("div", { class: "row" }, actions),
  );
}

export function problem(error, again) {
  return notice(
    "bad",
    error.message,
    again && h("div", { class: "row" }, h("button", { onclick: again }, "Try again")),
  );
}

// Stands hidden where what the service refuses will be said.
export function refusalNotice() {
  return h("p", { class: "notice bad", role: "alert", hidden: true });
}

export function notice(kind, ...children) {
  return h("div", { class: `notice ${kind}`, role: kind === "bad" ? "alert" : null }, ...children);
}
