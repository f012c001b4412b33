/** The metadata catalog: which record types there are, and what each is made of, as JSON Schema or OpenAPI. */
import { notFound, resource } from "../answers.ts";
import type { ColumnType, Table } from "../schema.ts";
import { propertyName } from "./names.ts";
import { RECORD_TYPES, type RecordType, TARGETS } from "./types.ts";

const JSON_TYPES: Record<ColumnType, object> = {
  i: { type: "integer", format: "int64" },
  s: { type: "string" },
  n: { type: "number", format: "double" },
  d: { type: "string", format: "date" },
  t: { type: "string", format: "date-time" },
  b: { type: "boolean" },
};
const REFERENCE = {
  type: "object",
  properties: { id: { type: "string" }, refName: { type: "string" }, externalId: { type: "string" } },
};

/**
 * @param rest the path behind `metadata-catalog`
 * @param base URL up to and with `/record/v1/`
 * @param visible types that account and role have
 */
export function answerCatalog(
  rest: string,
  query: URLSearchParams,
  accept: string,
  base: string,
  tables: Record<string, Table>,
  visible: (type: RecordType) => boolean,
): Response {
  const types = [...RECORD_TYPES.values()].filter((type) => tables[type.table] && visible(type));
  const name = rest.replace(/^\//, "");
  if (name !== "") {
    const type = types.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (!type) return notFound(`/record/v1/metadata-catalog/${name}`);
    if (/application\/swagger\+json/.test(accept)) return json(swagger([type], tables), "application/swagger+json");
    if (/application\/schema\+json/.test(accept)) return json(schemaOf(type, tables), "application/schema+json");
    return resource(JSON.stringify(entry(type, base)), "singular");
  }
  const wanted = query.get("select")?.split(",").map((each) => each.trim().toLowerCase());
  const unknown = wanted?.find((each) => !types.some((type) => type.name.toLowerCase() === each));
  if (unknown !== undefined) return notFound(`/record/v1/metadata-catalog/${unknown}`);
  const chosen = wanted ? types.filter((type) => wanted.includes(type.name.toLowerCase())) : types;
  if (/application\/swagger\+json/.test(accept)) return json(swagger(chosen, tables), "application/swagger+json");
  return resource(
    JSON.stringify({
      items: chosen.map((type) => entry(type, base)),
      links: [{ rel: "self", href: `${base}metadata-catalog` }],
    }),
    "collection",
  );
}

const json = (body: object, type: string) => new Response(JSON.stringify(body), { headers: { "content-type": type } });

function entry({ name }: RecordType, base: string): object {
  const href = `${base}metadata-catalog/${name}`;
  return {
    name,
    links: [
      { rel: "canonical", href, mediaType: "application/json" },
      { rel: "alternate", href, mediaType: "application/swagger+json" },
      { rel: "describes", href: `${base}${name}` },
      { rel: "alternate", href, mediaType: "application/schema+json" },
    ],
  };
}

function schemaOf(type: RecordType, tables: Record<string, Table>): object {
  const properties: Record<string, object> = {};
  const columns = Object.entries(tables[type.table]!.columns);
  const extra = type.document
    ? ["subsidiary", "department", "class", "location", "shipmethod"].map((c): [string, ColumnType] => [c, "i"])
    : [];
  for (const [column, letter] of [...columns, ...extra]) {
    if (["type", "recordtype", "abbrevtype"].includes(column)) continue;
    const shape = letter === "i" && TARGETS[column] ? REFERENCE : JSON_TYPES[column === "id" ? "s" : letter];
    properties[propertyName(type.table, column)] = {
      title: column,
      ...shape,
      nullable: column !== "id",
      "x-ns-filterable": column !== "id",
      "x-ns-custom-field": column.startsWith("cust"),
    };
  }
  for (const sublist of type.sublists) {
    properties[sublist] = { type: "object", properties: { items: { type: "array", items: { type: "object" } } } };
  }
  return {
    $schema: "http://json-schema.org/draft-06/hyper-schema#",
    type: "object",
    title: type.name,
    required: type.required,
    properties,
  };
}

function swagger(types: RecordType[], tables: Record<string, Table>): object {
  const paths: Record<string, object> = {};
  const answer = (description: string) => ({ description });
  for (const { name, writable } of types) {
    paths[`/${name}`] = {
      get: { tags: [name], summary: "Get list of records.", responses: { 200: answer("List of records.") } },
      ...(writable
        ? { post: { tags: [name], summary: "Insert record.", responses: { 204: answer("Inserted record.") } } }
        : {}),
    };
    paths[`/${name}/{id}`] = {
      get: { tags: [name], summary: "Get record.", responses: { 200: answer("Retrieved record.") } },
      ...(writable
        ? {
          patch: { tags: [name], summary: "Update record.", responses: { 204: answer("Updated record.") } },
          put: { tags: [name], summary: "Insert or update record.", responses: { 204: answer("Upserted record.") } },
          delete: { tags: [name], summary: "Remove record.", responses: { 204: answer("Removed record.") } },
        }
        : {}),
    };
  }
  return {
    openapi: "3.0.1",
    info: { title: "NetSuite REST Record API", version: "v1" },
    paths,
    components: { schemas: Object.fromEntries(types.map((type) => [type.name, schemaOf(type, tables)])) },
  };
}
