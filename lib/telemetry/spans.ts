import {
  type Attributes,
  context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanStatusCode,
  trace,
  TraceFlags,
} from "@opentelemetry/api";
import { AppError } from "../errors.ts";

/**
 * Spans for OpenTelemetry. Deno sends them where `OTEL_DENO=true` is set (docs/operations.md); without it all of this costs
 * next to nothing.
 *
 * A run is worked off by any number of processes, so its place in the trace stands in the ledger as a `traceparent` (W3C
 * Trace Context). Attributes are names, numbers and codes: never a message, a value of a row, or an address with a query.
 */

const tracer = () => trace.getTracer("tidemark");

/**
 * Begins a trace with one short span, to hang everything else below.
 *
 * @returns its `traceparent`; also where nothing is sent, so that log lines of one run share a trace id
 */
export function beginTrace(name: string, attributes: Attributes): string {
  const span = tracer().startSpan(name, { attributes }, context.active());
  span.end();
  const { traceId, spanId } = trace.isSpanContextValid(span.spanContext()) ? span.spanContext() : drawn();
  return `00-${traceId}-${spanId}-01`;
}

/**
 * Does some work inside a span, which ends with it and notes whether it failed.
 *
 * @param parent a `traceparent`, where the span belongs below one of another process; else below the span of now
 */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: (span: Span) => Promise<T>,
  parent?: string | null,
): Promise<T> {
  const above = parent === undefined ? context.active() : contextOf(parent);
  const span = tracer().startSpan(name, { attributes }, above);
  try {
    return await context.with(trace.setSpan(above, span), () => work(span));
  } catch (error) {
    noteError(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** A span over a time that is past, below one of another process: a run's, told by whoever saw it end. */
export function pastSpan(
  name: string,
  attributes: Attributes,
  time: { from: Date; to: Date; parent: string | null; errorCode?: string | null | undefined },
): void {
  const span = tracer().startSpan(name, { attributes, startTime: time.from }, contextOf(time.parent));
  if (time.errorCode) fail(span, time.errorCode);
  span.end(time.to);
}

/** Notes that the work of the span of now failed, where the error is dealt with inside of it. By its code alone. */
export function noteErrorHere(error: unknown): void {
  const span = trace.getActiveSpan();
  if (span) noteError(span, error);
}

function noteError(span: Span, error: unknown): void {
  fail(span, error instanceof AppError ? error.code : error instanceof Error ? error.name : "unknown");
}

/** The trace id of a `traceparent`, for log lines; null where there is none. */
export function traceIdOf(traceparent: string | null | undefined): string | null {
  return partsOf(traceparent)?.traceId ?? null;
}

function fail(span: Span, code: string): void {
  span.setAttribute("error.type", code);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function contextOf(traceparent: string | null | undefined) {
  const parts = partsOf(traceparent);
  return parts ? trace.setSpanContext(ROOT_CONTEXT, parts) : ROOT_CONTEXT;
}

function partsOf(traceparent: string | null | undefined): SpanContext | null {
  const [, traceId, spanId] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(traceparent ?? "") ?? [];
  return traceId && spanId ? { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true } : null;
}

function drawn(): { traceId: string; spanId: string } {
  const hex = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)).toHex();
  return { traceId: hex(16), spanId: hex(8) };
}
