import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { DriftQuery } from "../sync/drift.ts";
import type { DriftView } from "../sync/views.ts";
import { type ApiEnv, securedRoute } from "./app.ts";
import { strict } from "./faults.ts";
import { ProblemSchema } from "./schemas.ts";

/** What the API asks of the sync about changes of NetSuite's tables. */
export interface DriftForApi {
  drift(query: DriftQuery): Promise<DriftView[]>;
}

const DriftSchema = z.object({
  id: z.string().openapi({ example: "item.custitem_grade/appeared/2026-11-24T09:41:00.000Z" }),
  table: z.string(),
  column: z.string().nullable().openapi({ description: "null: the whole table" }),
  change: z.enum(["appeared", "vanished", "type_changed"]),
  before: z.string().nullable().openapi({ description: "Type before; null where there was none or it is not known" }),
  after: z.string().nullable().openapi({ description: "Type after; null where there is none or it is not known" }),
  at: z.iso.datetime().openapi({ description: "When it was noticed" }),
  text: z.string().openapi({ description: "What it means for the mirror" }),
}).openapi("SchemaChange") satisfies z.ZodType<DriftView>;

const getDrift = securedRoute(["sync:view"], {
  method: "get",
  path: "/sync/drift",
  tags: ["Sync"],
  summary: "Changes of NetSuite's tables and columns, newest first",
  description:
    "What appeared, vanished or changed its type, each told once; kept for 400 days. The other columns go on. " +
    "`next` is the value of `before` for the page after this one.",
  request: {
    query: strict({
      limit: z.coerce.number().int().min(1).max(200).default(50),
      before: z.string().min(1).max(200).optional().openapi({ description: "Only changes that come after this id" }),
    }),
  },
  responses: {
    200: {
      description: "Changes",
      content: {
        "application/json": {
          schema: z.object({ changes: z.array(DriftSchema), next: z.string().nullable() }).openapi("SchemaChanges"),
        },
      },
    },
    400: {
      description: "A parameter is wrong",
      content: { "application/problem+json": { schema: ProblemSchema } },
    },
  },
});

/** Adds the changes of NetSuite's tables. */
export function addDrift(app: OpenAPIHono<ApiEnv>, sync: DriftForApi): void {
  app.openapi(getDrift, async (c) => {
    const { limit, before } = c.req.valid("query");
    const changes = await sync.drift({ limit, ...(before === undefined ? {} : { before }) });
    return c.json({ changes, next: changes.length < limit ? null : changes.at(-1)?.id ?? null }, 200);
  });
}
