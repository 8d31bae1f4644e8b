// The interface's own description of a request, as JSON Schema with its references resolved.

import { get } from "../core/api.js";

export async function requestSchema(name, signal) {
  const document = await get("/v1/openapi.json", {}, signal);
  return {
    root: document.components.schemas[name],
    resolve: (schema) => resolved(schema, document),
  };
}

function resolved(schema, document) {
  if (!schema.$ref) return schema;
  const name = schema.$ref.split("/").at(-1);
  const { $ref, ...own } = schema;
  return { ...document.components.schemas[name], ...own };
}

// The member of "a value or null" that is not null.
export function withoutNull(schema) {
  const members = schema.anyOf?.filter((member) => member.type !== "null");
  return members?.length === 1 ? { ...schema, ...members[0] } : schema;
}

export const allowsNull = (schema) =>
  schema.anyOf?.some((member) => member.type === "null") ?? false;
