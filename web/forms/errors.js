// Puts what the service says next to the field that it names, wherever that is hidden.

export function showRefusal(error, fields, general) {
  clear(fields, general);
  const field = error.param && fieldFor(error.param, fields);
  if (!field) {
    general.hidden = false;
    general.textContent = error.message;
    return null;
  }
  // The message begins with the path of the field, which the label says better.
  field.wrong(error.message.replace(`${error.param}: `, ""));
  for (
    let parent = field.element.closest("details");
    parent;
    parent = parent.parentElement.closest("details")
  )
    parent.open = true;
  return field;
}

export function clear(fields, general) {
  for (const [, field] of fields) field.right();
  general.hidden = true;
}

// The field itself, or the one of the nearest group that holds it.
function fieldFor(param, fields) {
  for (let path = param; path; path = path.slice(0, Math.max(0, path.lastIndexOf(".")))) {
    const found =
      fields.find(([name]) => name === path) ??
      fields.find(([name]) => name.startsWith(`${path}.`));
    if (found) return found[1];
  }
  return null;
}
