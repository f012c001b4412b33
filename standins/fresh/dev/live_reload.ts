type Handler = (req: Request, info?: Deno.ServeHandlerInfo) => Promise<Response>;

/** Where open pages listen for a restart; known to `client/reload.ts`. */
export const RELOAD_PATH = "/_fresh/alive";

/**
 * Answers open pages with the time at which this process started. The connection breaks when the process is restarted;
 * the page connects again, sees another time, and loads itself anew.
 */
export function withLiveReload(handler: Handler, basePath: string): Handler {
  const startedAt = `${Date.now()}-${crypto.randomUUID()}`;
  const path = basePath + RELOAD_PATH;
  return (req, info) => {
    if (!req.url.includes(RELOAD_PATH) || new URL(req.url).pathname !== path) return handler(req, info);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        // Without "retry" a browser waits for three seconds before it connects again.
        controller.enqueue(new TextEncoder().encode(`retry: 200\ndata: ${startedAt}\n\n`));
      },
    });
    return Promise.resolve(
      new Response(body, { headers: { "content-type": "text/event-stream", "cache-control": "no-store" } }),
    );
  };
}
