import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { AppError } from "../errors.ts";
import type { RunRequest } from "../sync/request.ts";
import type { ChunkListing, RunDetailView, RunView, SyncStatus } from "../sync/views.ts";
import { type ApiEnv, personOf, securedRoute } from "./app.ts";
import { strict } from "./faults.ts";
import { ProblemSchema, RunSchema, RunWithChunksSchema, SyncStatusSchema } from "./schemas.ts";

/** What the API asks of the sync. */
export interface SyncForApi {
  status(): Promise<SyncStatus>;
  requestRun(run: RunRequest): Promise<RunView>;
  pauseRun(id: number, by: string): Promise<RunView>;
  resumeRun(id: number, by: string): Promise<RunView>;
  cancelRun(id: number, by: string): Promise<RunView>;
  runs(query: { limit: number; before?: number }): Promise<RunView[]>;
  run(id: number, listing?: ChunkListing): Promise<RunDetailView | null>;
}

const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { "application/json": { schema } },
});
const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: ProblemSchema } },
});
const runId = z.coerce.number().int().min(1);

const getStatus = securedRoute(["sync:view"], {
  method: "get",
  path: "/sync/status",
  tags: ["Sync"],
  summary: "Where the mirror stands",
  description: "The runs in progress, every stream with its watermark, and the last runs.",
  request: { query: strict({}) },
  responses: { 200: json(SyncStatusSchema, "The state of the sync") },
});

const listRuns = securedRoute(["sync:view"], {
  method: "get",
  path: "/sync/runs",
  tags: ["Sync"],
  summary: "Runs, newest first",
  description: "`next` is the value of `before` for the page after this one.",
  request: {
    query: strict({
      limit: z.coerce.number().int().min(1).max(200).default(20),
      before: runId.optional().openapi({ description: "Only runs with a smaller id" }),
    }),
  },
  responses: {
    200: json(z.object({ runs: z.array(RunSchema), next: z.number().int().nullable() }).openapi("Runs"), "Runs"),
    400: problem("A parameter is wrong"),
  },
});

const postRun = securedRoute(["sync:view", "sync:run"], {
  method: "post",
  path: "/sync/runs",
  tags: ["Sync"],
  summary: "Start a run",
  description:
    "The run is planned and queued; its address is in `Location`. Runs of different streams go side by side. " +
    "A run whose streams are being read waits for the runs in `waitsFor`, and begins by itself when they are over.",
  request: {
    query: strict({}),
    body: {
      required: true,
      content: {
        "application/json": {
          schema: strict({
            kind: z.enum(["full", "incremental", "proof", "backfill"]),
            streams: z.array(z.string().min(1).max(100)).min(1).max(100).optional()
              .openapi({ description: "Names of streams; all when absent" }),
            range: z.object({ from: z.string().max(10), to: z.string().max(10) }).optional().openapi({
              description: "Of a backfill, and only of it: business dates, both included",
              example: { from: "2026-11-01", to: "2026-11-30" },
            }),
            isDryRun: z.boolean().default(false)
              .openapi({ description: "Read, check and report, but write nothing to the mirror" }),
          }).openapi("RunRequest"),
        },
      },
    },
  },
  responses: {
    202: json(RunSchema, "The run is queued"),
    400: problem("The body is wrong, names a stream that does not exist, or a range that cannot be read"),
    409: problem("A run that asks for the same has not begun yet"),
  },
});

const getRun = securedRoute(["sync:view"], {
  method: "get",
  path: "/sync/runs/{id}",
  tags: ["Sync"],
  summary: "One run with its chunks",
  request: {
    params: z.object({ id: runId }),
    query: strict({
      chunks: z.coerce.number().int().min(1).max(1000).optional().openapi({
        description: "So many chunks, those that need a look first; all in their order when absent",
      }),
      page: z.coerce.number().int().min(1).max(1_000_000).default(1).openapi({ description: "Which page of them" }),
    }),
  },
  responses: { 200: json(RunWithChunksSchema, "The run"), 404: problem("There is no such run") },
});

const steer = (act: "pause" | "resume" | "cancel", summary: string, description: string) =>
  securedRoute(["sync:view", "sync:run"], {
    method: "post",
    path: `/sync/runs/{id}/${act}`,
    tags: ["Sync"],
    summary,
    description,
    request: { params: z.object({ id: runId }), query: strict({}) },
    responses: {
      202: json(RunSchema, "The run as it stands now"),
      404: problem("There is no such run"),
      409: problem("The run is over"),
    },
  });

const pauseRun = steer(
  "pause",
  "Pause a run",
  "Takes effect after the pages in flight, within seconds. The run keeps its checkpoints and its streams.",
);
const resumeRun = steer("resume", "Let a paused run go on", "It goes on from its checkpoints.");
const cancelRun = steer(
  "cancel",
  "End a run before its time",
  "Takes effect after the pages in flight, within seconds; `endedAt` is null until then. What is written stays, and " +
    "streams that were not read to their end keep their watermark.",
);

/** Adds the resources of the sync: its state, its runs, and starting one. */
export function addSync(app: OpenAPIHono<ApiEnv>, sync: SyncForApi): void {
  app.openapi(getStatus, async (c) => c.json(await sync.status(), 200));

  app.openapi(listRuns, async (c) => {
    const { limit, before } = c.req.valid("query");
    const runs = await sync.runs({ limit, ...(before === undefined ? {} : { before }) });
    return c.json({ runs, next: runs.length < limit ? null : runs.at(-1)?.id ?? null }, 200);
  });

  app.openapi(postRun, async (c) => {
    const { streams, range, ...asked } = c.req.valid("json");
    const run = await sync.requestRun({
      ...asked,
      ...(streams ? { streams } : {}),
      ...(range ? { range } : {}),
      requestedBy: personOf(c).name,
    });
    return c.json(run, 202, { Location: `/api/v1/sync/runs/${run.id}` });
  });

  app.openapi(getRun, async (c) => {
    const { id } = c.req.valid("param");
    const { chunks, page } = c.req.valid("query");
    const run = await sync.run(id, chunks === undefined ? undefined : { rows: chunks, page });
    if (run === null) throw new AppError(`There is no run ${id}`, "unknown_run", "reject_request");
    return c.json(run, 200);
  });

  app.openapi(pauseRun, async (c) => c.json(await sync.pauseRun(c.req.valid("param").id, personOf(c).name), 202));
  app.openapi(resumeRun, async (c) => c.json(await sync.resumeRun(c.req.valid("param").id, personOf(c).name), 202));
  app.openapi(cancelRun, async (c) => c.json(await sync.cancelRun(c.req.valid("param").id, personOf(c).name), 202));
}
