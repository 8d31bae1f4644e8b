// Requests to the service. The browser adds the session's cookie; scripts never see it.

import { ApiError, UnreachableError, isAbort } from "./errors.js";

export const get = (path, query, signal) => send("GET", path + queryOf(query), { signal });
export const remove = (path) => send("DELETE", path);

export function post(path, body, { headers, signal } = {}) {
  const json = body === undefined ? {} : { "Content-Type": "application/json" };
  return send("POST", path, {
    body: body && JSON.stringify(body),
    headers: { ...json, ...headers },
    signal,
  });
}

const afterId = ({ id }) => ({ after: id });

// Every page of a list; `after` makes of the last item of a page what asks for the next one.
export async function getAll(path, query = {}, signal, after = afterId) {
  const items = [];
  let page;
  do {
    const next = items.length ? after(items.at(-1)) : {};
    page = await get(path, { limit: 100, ...query, ...next }, signal);
    items.push(...page.data);
  } while (page.has_more);
  return items;
}

async function send(method, path, options = {}) {
  const response = await fetched(path, { method, ...options });
  if (response.ok) return response.json();
  throw await refusal(response);
}

async function fetched(path, options) {
  try {
    return await fetch(path, { credentials: "same-origin", cache: "no-store", ...options });
  } catch (error) {
    throw isAbort(error) ? error : new UnreachableError();
  }
}

export async function refusal(response) {
  return refused(response.status, await response.json().catch(() => null));
}

export function refused(status, body) {
  const error = new ApiError(status, body?.error);
  if (["session_ended", "missing_api_key"].includes(error.code)) tellSignedOut();
  return error;
}

export function tellSignedOut() {
  dispatchEvent(new Event("tsloss:signed-out"));
}

function queryOf(query = {}) {
  const given = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

export const path = (...parts) => "/v1/" + parts.map(encodeURIComponent).join("/");
export const jobPath = (id, ...rest) => path("fine_tuning", "jobs", id, ...rest);
