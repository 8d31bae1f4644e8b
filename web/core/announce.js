// Tells a screen reader what has changed without moving the focus.

export function announce(text) {
  document.getElementById("said").textContent = text;
}
