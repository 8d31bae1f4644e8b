// The vocabulary token nearest to each virtual token, and whether it has changed since the snapshot
// before.

import { fill, h } from "../../core/dom.js";
import { figure } from "../../core/format.js";

export function wordsAt({ snapshot }) {
  return (snapshot?.nearest_tokens ?? []).map((each) => each.token);
}

export function wordsCard(clouds, onToken) {
  const list = h("ol", { class: "words" });
  const note = h("span", { class: "muted small" });
  const first = wordsAt(clouds[0]);
  return {
    element: h(
      "section",
      { class: "card" },
      h("div", { class: "card-head" }, h("h2", {}, "Nearest words"), note),
      list,
      h(
        "p",
        { class: "plot-key" },
        "The vocabulary token nearest to each virtual token, and its distance. Marked ones have changed since the snapshot before; ␣ is a space.",
      ),
    ),
    show(index) {
      const nearest = clouds[index].snapshot?.nearest_tokens ?? [];
      const before = wordsAt(clouds[Math.max(0, index - 1)]);
      fill(
        list,
        nearest.map((each, token) => item(each, token, each.token !== before[token], onToken)),
      );
      note.textContent = nearest.length
        ? `${nearest.filter((each, i) => each.token !== first[i]).length} of ${nearest.length} differ from the start`
        : "not stored for this snapshot";
    },
    light: (token) =>
      [...list.children].forEach((each, i) => each.classList.toggle("lit", i === token)),
  };
}

function item({ token: word, distance }, token, changed, onToken) {
  return h(
    "li",
    { onpointerenter: () => onToken(token), onpointerleave: () => onToken(null) },
    h("span", { class: "no" }, token + 1),
    h("span", { class: changed ? "word changed" : "word" }, visible(word)),
    changed && h("span", { class: "unseen" }, " (changed)"),
    h("span", { class: "muted small number" }, figure(distance)),
  );
}

// Tokens are often white space alone: a mark stands for each.
function visible(word) {
  return word.replaceAll("\n", "↵").replaceAll("\t", "⇥").replaceAll(" ", "␣") || "(empty)";
}
