// Sends what a form says. The same body sent twice, by a second click or after a lost answer, makes
// one thing.

import { post } from "../core/api.js";

export function sender() {
  let sent = { text: null, key: null };
  return (path, body) => {
    const text = JSON.stringify([path, body]);
    if (sent.text !== text) sent = { text, key: randomKey() };
    return post(path, body, { headers: { "Idempotency-Key": sent.key } });
  };
}

export async function whileDisabled(button, act) {
  if (button.disabled) return;
  button.disabled = true;
  try {
    await act();
  } finally {
    button.disabled = false;
  }
}

function randomKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
