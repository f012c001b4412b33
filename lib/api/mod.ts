import type { Person } from "../access/roles.ts";
import type { Store } from "../store/connect.ts";
import { addAlerts, type AlertsForApi } from "./alerts.ts";
import { addDescription, makeApp, refuseTheRest } from "./app.ts";
import { type ApiRoute, declaredRoutes } from "./declared.ts";
import { addDrift, type DriftForApi } from "./drift.ts";
import { addHealth } from "./health.ts";
import { addHistory, type HistoryForApi } from "./history.ts";
import { addMarts, type MartsForApi } from "./marts.ts";
import { addNetSuite, type NetSuiteForApi } from "./netsuite.ts";
import { addQuarantine, type QuarantineForApi } from "./quarantine.ts";
import { routeNames } from "./route_names.ts";
import { addSales } from "./sales.ts";
import { addSearch } from "./search.ts";
import { addSchedules, type SchedulesForApi } from "./schedules.ts";
import { addSync, type SyncForApi } from "./sync.ts";

export { keepBodies } from "./bodies.ts";
export { answerMetrics } from "./metrics.ts";
export { isUnexpected, type Problem, problemOf, problemResponse, refuse } from "./problem.ts";

/** Where the API lies. */
const BASE_PATH = "/api/v1";

/** The JSON API. */
export interface Api {
  /**
   * Answers a request below `/api/v1`.
   *
   * @param person who asks, null for nobody: then only `GET health` is answered
   */
  fetch(req: Request, person: Person | null): Promise<Response> | Response;
  /** Every route with what it needs. */
  routes: ApiRoute[];
  /** The route that answers a path, e.g. `/api/v1/sync/runs/{id}`; null for a path that is not known. */
  routeOf(path: string): string | null;
}

/** What the API answers from. */
export interface ApiDeps {
  sync:
    & SyncForApi
    & NetSuiteForApi
    & QuarantineForApi
    & SchedulesForApi
    & HistoryForApi
    & AlertsForApi
    & MartsForApi
    & DriftForApi;
  store: Pick<Store, "db" | "collection">;
  /** The clock of the reports. */
  now?: () => Date;
  /** The company's zone, IANA name: says what day is today. Default UTC. */
  zone?: string;
}

/** Puts the API together: resources, then its description, then refusals for the rest. */
export function createApi({ sync, store, now = () => new Date(), zone = "UTC" }: ApiDeps): Api {
  const app = makeApp(BASE_PATH);
  addHealth(app, store);
  addSync(app, sync);
  addNetSuite(app, sync);
  addQuarantine(app, sync);
  addSchedules(app, sync);
  addHistory(app, sync);
  addDrift(app, sync);
  addAlerts(app, sync);
  addMarts(app, sync, now);
  addSales(app, { store, now, zone });
  addSearch(app, { store, sync });
  addDescription(app);
  const routes = declaredRoutes(app, BASE_PATH);
  refuseTheRest(app, BASE_PATH);
  return { routes, routeOf: routeNames(routes), fetch: (req, person) => app.fetch(req, { person }) };
}
