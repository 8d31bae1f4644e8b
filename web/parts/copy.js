// Copies a text. Where the browser gives no clipboard, the text can be selected.

import { announce } from "../core/announce.js";
import { h } from "../core/dom.js";

export function copyButton(text, name = "Copy") {
  const button = h("button", { type: "button", onclick: copy }, name);
  return button;

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Select it by hand";
    }
    announce(button.textContent);
    setTimeout(() => (button.textContent = name), 2000);
  }
}
