// The colours of the page for what is drawn on a canvas, and when they change.

const DARK = matchMedia("(prefers-color-scheme: dark)");

export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export function whenThemeChanges(act, signal) {
  DARK.addEventListener("change", act, { signal });
}
