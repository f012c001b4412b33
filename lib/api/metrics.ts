import { createHash, timingSafeEqual } from "node:crypto";
import { refusalOf } from "../access/permissions.ts";
import { can, type Person } from "../access/roles.ts";
import { expose, type Family } from "../telemetry/metrics.ts";
import { ForbiddenError, problemOf, problemResponse, refuse } from "./problem.ts";

/** What the answer is made from. */
export interface MetricsForApi {
  metrics(): Promise<Family[]>;
}

/** Who may ask. */
export interface MetricsGuard {
  /** `METRICS_TOKEN`; null: no token opens. */
  token: string | null;
  /** Who is signed in, null for nobody. */
  person: Person | null;
  /** Whom an API key speaks for; null where it is none, or may not be used now. */
  ofKey(text: string): Promise<Person | null>;
}

/**
 * Answers Prometheus: to whoever shows the token of the settings, or has the permission `metrics:view`, by session or key.
 */
export async function answerMetrics(request: Request, guard: MetricsGuard, sync: MetricsForApi): Promise<Response> {
  const { token } = guard;
  const shown = /^Bearer\s+(\S+)\s*$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const isToken = shown !== undefined && token !== null && isSame(shown, token);
  const person = shown === undefined ? guard.person : isToken ? null : await guard.ofKey(shown);
  if (!isToken && !can(person, "metrics:view")) {
    if (person !== null) {
      return problemResponse(problemOf(new ForbiddenError(refusalOf("metrics:view"), "metrics:view")));
    }
    const how = token === null
      ? "Set METRICS_TOKEN to let a collector in."
      : "A collector shows METRICS_TOKEN as a bearer token.";
    return refuse("not_signed_in", `Metrics need the permission metrics:view. ${how}`, {
      "WWW-Authenticate": "Bearer",
    });
  }
  const isOpen = /application\/openmetrics-text/.test(request.headers.get("accept") ?? "");
  const { type, text } = await expose(await sync.metrics(), isOpen ? "openmetrics" : "prometheus");
  return new Response(text, { headers: { "Content-Type": type, "Cache-Control": "no-store" } });
}

/** Compared by digests of equal length, in a time that tells nothing of where they differ. */
function isSame(shown: string, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(shown), digest(token));
}
