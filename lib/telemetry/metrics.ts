import { Counter, Gauge, Histogram, Registry } from "prom-client";

/**
 * What Prometheus reads at `/metrics`. Names and units follow its conventions: base units, `_total` for what only grows.
 * Values of the mirror come from the database and are the same from every process; the others are this process's own.
 */

/** A number with its labels. */
export interface Sample {
  labels: Record<string, string>;
  value: number;
}

/** One metric with all of its numbers. */
export interface Family {
  name: string;
  help: string;
  type: "counter" | "gauge";
  samples: Sample[];
}

/** How metrics are written: Prometheus' text (0.0.4), or OpenMetrics (1.0.0). */
export type Exposition = "prometheus" | "openmetrics";

/** How one try of a request to NetSuite ended: `ok`, or the code of its error. */
export type RequestOutcome = string;

const OPENMETRICS = Registry.OPENMETRICS_CONTENT_TYPE;
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);

const pages = new Histogram({
  name: "tidemark_http_request_duration_seconds",
  help: "Time until the answer to a request began, by the pattern of its route",
  labelNames: ["method", "route", "status"],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [],
});

const requests = new Histogram({
  name: "tidemark_netsuite_request_duration_seconds",
  help: "Time that NetSuite took for one request, tries again counted each, by outcome",
  labelNames: ["outcome"],
  buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
  registers: [],
});

/**
 * Notes an answered request of a person or program.
 *
 * @param route the pattern that the router matched, never the typed path; null where none did
 */
function notePage(method: string, route: string | null, status: number, seconds: number): void {
  const known = METHODS.has(method) ? method : "other";
  pages.observe({ method: known, route: route ?? "none", status: String(status) }, seconds);
}

/**
 * Answers a request and notes how long that took; what it throws is noted by its `status`, else as 500.
 *
 * @param routeOf the pattern of its route, asked when it is answered
 * @param tell hears the status, also that of what was thrown
 */
export async function timePage(
  request: Request,
  answer: () => Promise<Response>,
  routeOf: () => string | null,
  tell: (status: number) => void = () => {},
): Promise<Response> {
  const began = performance.now();
  let status = 500;
  try {
    const response = await answer();
    status = response.status;
    return response;
  } catch (error) {
    const told: unknown = error instanceof Error ? Reflect.get(error, "status") : undefined;
    if (typeof told === "number") status = told;
    throw error;
  } finally {
    notePage(request.method, routeOf(), status, (performance.now() - began) / 1000);
    tell(status);
  }
}

/** Notes one try of a request to NetSuite. */
export function noteRequest(outcome: RequestOutcome, seconds: number): void {
  requests.observe({ outcome }, seconds);
}

/**
 * Writes metrics: the given ones, and those of this process.
 *
 * @returns the text and its content type
 */
export async function expose(families: Family[], form: Exposition): Promise<{ type: string; text: string }> {
  const registry: Registry<"text/plain; version=0.0.4; charset=utf-8" | typeof OPENMETRICS> = new Registry();
  registry.setContentType(form === "openmetrics" ? OPENMETRICS : Registry.PROMETHEUS_CONTENT_TYPE);
  for (const { name, help, type, samples } of [...families, ...ofProcess()]) {
    const labelNames = [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))];
    const options = { name, help, labelNames, registers: [registry] };
    if (type === "counter") {
      const counter = new Counter(options);
      for (const { labels, value } of samples) counter.inc(labels, value);
    } else {
      const gauge = new Gauge(options);
      for (const { labels, value } of samples) gauge.set(labels, value);
    }
  }
  registry.registerMetric(pages);
  registry.registerMetric(requests);
  return { type: registry.contentType, text: await registry.metrics() };
}

function ofProcess(): Family[] {
  const { rss, heapUsed } = Deno.memoryUsage();
  const one = (name: string, help: string, value: number): Family => ({
    name,
    help,
    type: "gauge",
    samples: [{ labels: {}, value }],
  });
  return [
    one("process_resident_memory_bytes", "Memory of this process that is held in RAM", rss),
    one("process_heap_bytes", "Memory in use by this process's objects", heapUsed),
    one("process_start_time_seconds", "When this process began, in seconds since 1970", performance.timeOrigin / 1000),
  ];
}
