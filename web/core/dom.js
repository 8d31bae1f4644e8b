// Makes elements. Text goes in as text nodes alone: nothing that people wrote is ever read as HTML.

export function h(tag, attributes = {}, ...children) {
  return dress(document.createElement(tag), attributes, children);
}

const SVG = "http://www.w3.org/2000/svg";

export function s(tag, attributes = {}, ...children) {
  return dress(document.createElementNS(SVG, tag), attributes, children);
}

function dress(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  element.append(...shown(children));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else element.setAttribute(name, value === true ? "" : String(value));
}

function shown(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false);
}

export function fill(element, ...children) {
  element.replaceChildren(...shown(children));
  return element;
}

// Writes text only where it differs, so that a screen reader is not told the same again.
export function write(element, text) {
  const value = String(text);
  if (element.textContent !== value) element.textContent = value;
}

// Replaces only those rows whose item has changed; what has the focus keeps it.
export function patchRows(body, items, render) {
  const known = body.known ?? new Map();
  const focused = focusedIn(body);
  const next = new Map();
  for (const item of items) {
    const json = JSON.stringify(item);
    const old = known.get(item.id);
    next.set(item.id, old?.json === json ? old : { json, row: render(item) });
  }
  body.known = next;
  const rows = [...next.values()].map((entry) => entry.row);
  if (rows.length !== body.children.length || rows.some((row, i) => row !== body.children[i])) {
    body.replaceChildren(...rows);
  }
  if (focused && !body.contains(document.activeElement)) focused()?.focus();
}

// Changes what can be done; where that hides the button that has the focus, the next one gets it.
export function keepFocus(buttons, change) {
  const held = document.activeElement;
  change();
  if (held?.hidden && buttons.contains(held))
    buttons.querySelector("button:not([hidden]), a")?.focus();
}

function focusedIn(body) {
  const active = document.activeElement;
  if (!body.contains(active)) return null;
  const href = active.getAttribute("href");
  return () =>
    [...body.querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === href);
}
