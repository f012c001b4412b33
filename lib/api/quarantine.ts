import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { AppError } from "../errors.ts";
import type { Cell } from "../files/cells.ts";
import { download } from "../files/download.ts";
import type { QuarantineDesk } from "../sync/quarantine_desk.ts";
import type { QuarantinePage, QuarantineView, ReplayView } from "../sync/views.ts";
import { type ApiEnv, personOf, securedRoute } from "./app.ts";
import { strict } from "./faults.ts";
import { ProblemSchema } from "./schemas.ts";

/** What the API asks of the quarantine. */
export interface QuarantineForApi {
  quarantine: QuarantineDesk;
}

const count = z.number().int().min(0);
const row = z.record(z.string(), z.string());
const time = z.iso.datetime();

const RowSchema = z.object({
  id: z.string(),
  stream: z.string(),
  key: z.union([z.number(), z.string()]).nullable(),
  reasons: z.array(z.string()).openapi({ description: "What is wrong with it; empty when an edit has mended it" }),
  raw: row.openapi({ description: "As a person has edited it, or as NetSuite gave it" }),
  children: z.array(row),
  original: z.object({ raw: row, children: z.array(row) }).nullable()
    .openapi({ description: "As NetSuite gave it, where it is edited" }),
  columns: z.object({ raw: z.array(z.string()), children: z.array(z.string()) })
    .openapi({ description: "Columns that an edit may set" }),
  isEdited: z.boolean(),
  editedBy: z.string().nullable(),
  editedAt: time.nullable(),
  firstSeenAt: time,
  lastSeenAt: time,
  times: count,
  runId: count,
  isMirrored: z.boolean().openapi({ description: "Whether the mirror shows an older document meanwhile" }),
}).openapi("QuarantinedRow") satisfies z.ZodType<QuarantineView>;

const PageSchema = z.object({
  rows: z.array(RowSchema),
  total: count,
  next: z.string().nullable(),
  byStream: z.array(z.object({ stream: z.string(), rows: count })),
  byReason: z.array(z.object({ reason: z.string(), rows: count })),
}).openapi("Quarantine") satisfies z.ZodType<QuarantinePage>;

const ReplaySchema = z.object({ replayed: count, refused: count, outdated: count })
  .openapi("Replay") satisfies z.ZodType<ReplayView>;

const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { "application/json": { schema } },
});
const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: ProblemSchema } },
});

const filter = {
  stream: z.string().min(1).max(100).optional(),
  reason: z.string().min(1).max(200).optional().openapi({ description: "As `byReason` has it" }),
  text: z.string().min(1).max(200).optional().openapi({ description: "Part of an id or of a reason" }),
};
const id = z.string().min(1).max(300).openapi({ description: "`stream/key`, the slash written as %2F" });
const changes = z.record(z.string().min(1).max(100), z.string().max(10_000).nullable());

const list = securedRoute(["sync:view", "rows:all"], {
  method: "get",
  path: "/sync/quarantine",
  tags: ["Quarantine"],
  summary: "Rows that their streams could not take",
  description: "`next` is the value of `after` for the page after this one.",
  request: {
    query: strict({
      ...filter,
      limit: z.coerce.number().int().min(1).max(200).default(50),
      after: z.string().min(1).max(300).optional(),
    }),
  },
  responses: { 200: json(PageSchema, "A page of rows"), 400: problem("A parameter is wrong") },
});

const listCsv = securedRoute(["sync:view", "rows:all", "data:export"], {
  method: "get",
  path: "/sync/quarantine.csv",
  tags: ["Quarantine"],
  summary: "All of them as CSV",
  request: { query: strict(filter) },
  responses: {
    200: { description: "One line per row", content: { "text/csv": { schema: z.string() } } },
    400: problem("A parameter is wrong"),
  },
});

const getOne = securedRoute(["sync:view", "rows:all"], {
  method: "get",
  path: "/sync/quarantine/{id}",
  tags: ["Quarantine"],
  summary: "One row",
  request: { params: z.object({ id }), query: strict({}) },
  responses: { 200: json(RowSchema, "The row"), 404: problem("It is not in quarantine") },
});

const patchOne = securedRoute(["sync:view", "rows:all", "sync:manage"], {
  method: "patch",
  path: "/sync/quarantine/{id}",
  tags: ["Quarantine"],
  summary: "Mend a row",
  description:
    "Sets values by column, `null` takes one away. The mirror changes with a replay only. `{}` changes nothing.",
  request: {
    params: z.object({ id }),
    query: strict({}),
    body: {
      required: true,
      content: {
        "application/json": {
          schema: strict({
            raw: changes.optional(),
            children: z.record(z.string(), changes).optional().openapi({
              description: "By the key of the line, `tm_key0`",
            }),
          }).openapi("QuarantineChanges"),
        },
      },
    },
  },
  responses: {
    200: json(RowSchema, "The row as edited, with what is still wrong"),
    400: problem("A column or line does not exist"),
    404: problem("It is not in quarantine"),
  },
});

const undo = securedRoute(["sync:view", "rows:all", "sync:manage"], {
  method: "delete",
  path: "/sync/quarantine/{id}/edit",
  tags: ["Quarantine"],
  summary: "Take an edit back",
  description: "Also one that was replayed: NetSuite's own row is in quarantine again then.",
  request: { params: z.object({ id }), query: strict({}) },
  responses: { 200: json(RowSchema, "The row as NetSuite gave it"), 404: problem("Nobody has edited it") },
});

const postReplay = securedRoute(["sync:view", "rows:all", "sync:manage"], {
  method: "post",
  path: "/sync/quarantine/replay",
  tags: ["Quarantine"],
  summary: "Send rows into the mirror",
  description: "Some rows, those of a stream, or all. Answers when it is done; nothing newer is overwritten.",
  request: {
    query: strict({}),
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.union([
            strict({ ids: z.array(z.string().min(1).max(300)).min(1).max(1000) }),
            strict({ stream: z.string().min(1).max(100) }),
            strict({ all: z.literal(true) }),
          ], { error: 'must be {"ids": […]}, {"stream": "…"} or {"all": true}' }).openapi("ReplayRequest"),
        },
      },
    },
  },
  responses: { 200: json(ReplaySchema, "What became of them"), 400: problem("The body is wrong") },
});

/** Adds the resources of the quarantine. */
export function addQuarantine(app: OpenAPIHono<ApiEnv>, { quarantine }: QuarantineForApi): void {
  app.openapi(list, async (c) => c.json(await quarantine.list(c.req.valid("query")), 200));
  app.openapi(listCsv, (c) => csvOf(quarantine, c.req.valid("query")));
  app.openapi(postReplay, async (c) => c.json(await quarantine.replay(c.req.valid("json"), personOf(c).name), 200));
  app.openapi(getOne, async (c) => {
    const { id } = c.req.valid("param");
    const found = await quarantine.one(id);
    if (found) return c.json(found, 200);
    throw new AppError(`There is no row "${id}" in quarantine`, "not_in_quarantine", "reject_request");
  });
  app.openapi(patchOne, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await quarantine.edit(id, c.req.valid("json"), personOf(c).name), 200);
  });
  app.openapi(undo, async (c) => c.json(await quarantine.undoEdit(c.req.valid("param").id), 200));
}

const HEADER = [
  "id",
  "stream",
  "key",
  "reasons",
  "first seen",
  "last seen",
  "times",
  "in the mirror",
  "edited by",
  "row",
  "lines",
];

/** Sent as it is read: however many rows there are, a few hundred are in memory. */
function csvOf(quarantine: QuarantineDesk, query: Parameters<QuarantineDesk["walk"]>[0]) {
  async function* rows(): AsyncGenerator<Cell[]> {
    for await (const batch of quarantine.walk(query)) yield* batch.map(cellsOf);
  }
  return download({ name: "Quarantine", head: HEADER, rows: rows() }, "csv", "quarantine") as never; // the route's type knows no streams
}

function cellsOf(row: QuarantineView): Cell[] {
  return [
    row.id,
    row.stream,
    row.key,
    row.reasons.join("; "),
    row.firstSeenAt,
    row.lastSeenAt,
    row.times,
    row.isMirrored ? "older version" : "no",
    row.editedBy,
    JSON.stringify(row.raw),
    row.children.length > 0 ? JSON.stringify(row.children) : null,
  ];
}
