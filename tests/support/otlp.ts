/** A span as it came over the wire, the parts that tests look at. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  attributes: Record<string, unknown>;
  failed: boolean;
  tookMs: number;
  /** `service.instance.id` of the process that sent it. */
  process: string;
}

/** A collector of OTLP over HTTP as JSON, on a free port. */
export interface Collector extends AsyncDisposable {
  /** Settings that make a Deno process send here, soon after each span. */
  env(process: string): Record<string, string>;
  spans(): ReceivedSpan[];
  /** Everything that was received, of every kind, as text. */
  everything(): string;
}

/** Starts a collector. */
export function startCollector(): Collector {
  const bodies: string[] = [];
  const spans: ReceivedSpan[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const body = await request.text();
    bodies.push(body);
    if (new URL(request.url).pathname === "/v1/traces") spans.push(...spansOf(JSON.parse(body)));
    return Response.json({});
  });
  return {
    env: (process) => ({
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${server.addr.port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_BSP_SCHEDULE_DELAY: "200",
      OTEL_SERVICE_NAME: "tidemark",
      OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${process}`,
    }),
    spans: () => spans,
    everything: () => bodies.join("\n"),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

interface Named {
  key: string;
  value: Record<string, unknown>;
}
interface Batch {
  resourceSpans: {
    resource: { attributes: Named[] };
    scopeSpans: {
      spans: {
        traceId: string;
        spanId: string;
        parentSpanId: string;
        name: string;
        attributes: Named[];
        status?: { code?: number };
        startTimeUnixNano: string;
        endTimeUnixNano: string;
      }[];
    }[];
  }[];
}

function spansOf({ resourceSpans }: Batch): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, spanId, parentSpanId, name, attributes, status, ...time }) => ({
        traceId,
        spanId,
        parentSpanId,
        name,
        attributes: valuesOf(attributes),
        failed: status?.code === 2,
        tookMs: Number((BigInt(time.endTimeUnixNano) - BigInt(time.startTimeUnixNano)) / 1_000_000n),
        process: String(valuesOf(resource.attributes)["service.instance.id"]),
      }))
    )
  );
}

function valuesOf(attributes: Named[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
