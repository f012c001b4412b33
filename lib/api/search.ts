import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { findRecords, type Found } from "../reports/search.ts";
import type { Store } from "../store/connect.ts";
import { type ApiEnv, personOf, securedRoute } from "./app.ts";
import { strict } from "./faults.ts";
import { ProblemSchema } from "./schemas.ts";
import type { SyncForApi } from "./sync.ts";

const FoundSchema = z.object({
  kind: z.enum(["customer", "item", "stream", "run"]),
  name: z.string(),
  detail: z.string().nullable().openapi({ description: "What tells it from others of the same name" }),
  href: z.string().openapi({ description: "Path of the page that shows it" }),
}).openapi("Found") satisfies z.ZodType<Found>;

const getSearch = securedRoute([], {
  method: "get",
  path: "/search",
  tags: ["Search"],
  summary: "Records by name or number",
  description:
    "Customers and items for who has `sales:view`, streams and runs for who has `sync:view`; at most six of " +
    "a kind, and only rows that the person may see.",
  request: { query: strict({ q: z.string().max(100).openapi({ description: "Words to find", example: "bike" }) }) },
  responses: {
    200: {
      description: "What was found, the best of each kind first",
      content: { "application/json": { schema: z.object({ found: z.array(FoundSchema) }).openapi("SearchResult") } },
    },
    400: {
      description: "The words are missing or too long",
      content: { "application/problem+json": { schema: ProblemSchema } },
    },
  },
});

/** Adds the search over records. */
export function addSearch(app: OpenAPIHono<ApiEnv>, { store, sync }: {
  store: Pick<Store, "collection">;
  sync: Pick<SyncForApi, "run">;
}): void {
  const hasRun = async (id: number) => await sync.run(id) !== null;
  app.openapi(
    getSearch,
    async (c) => c.json({ found: await findRecords({ store, hasRun }, personOf(c), c.req.valid("query").q) }, 200),
  );
}
