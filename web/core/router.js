// Views by the address behind `#`, as in `#/jobs/ftjob-x/evolution?step=4`.

const ROUTES = [
  ["jobs", () => import("../views/jobs/list.js")],
  ["jobs/new", () => import("../views/jobs/new/view.js")],
  ["jobs/:id", () => import("../views/jobs/one/view.js")],
  ["jobs/:id/:section", () => import("../views/jobs/one/view.js")],
  ["analyses", () => import("../views/analyses/list.js")],
  ["analyses/:id", () => import("../views/analyses/one.js")],
  ["experiments", () => import("../views/experiments/list.js")],
  ["experiments/:id", () => import("../views/experiments/one.js")],
  ["files", () => import("../views/files.js")],
  ["models", () => import("../views/models.js")],
  ["keys", () => import("../views/keys.js")],
];

export function readAddress() {
  const [place, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  return { place: place || "jobs", query: new URLSearchParams(query) };
}

export function route(place) {
  for (const [pattern, load] of ROUTES) {
    const params = match(pattern.split("/"), place.split("/"));
    if (params) return { load, params };
  }
  return { load: () => import("../views/not_found.js"), params: {} };
}

function match(pattern, parts) {
  if (pattern.length !== parts.length) return null;
  const params = {};
  for (const [i, name] of pattern.entries()) {
    if (name.startsWith(":")) params[name.slice(1)] = decoded(parts[i]);
    else if (name !== parts[i]) return null;
  }
  return params;
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function go(place, query = {}) {
  location.hash = address(place, query);
}

export function address(place, query = {}) {
  const given = Object.entries(query).filter(
    ([, value]) => value !== "" && value !== null && value !== undefined,
  );
  return `#/${place}${given.length ? `?${new URLSearchParams(given)}` : ""}`;
}
