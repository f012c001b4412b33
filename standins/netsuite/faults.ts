/**
 * Faults that a test or a person switches on: what goes wrong between a real account and its clients.
 */
import { z } from "zod";
import { type Feature, FEATURES, LEVELS, PERMISSIONS } from "./matrix.ts";

/** A fault that strikes the next requests, or a share of all (seeded). */
const strike = z.strictObject({
  next: z.int().min(0).optional(),
  share: z.number().min(0).max(1).optional(),
});

const Faults = z.strictObject({
  /** Logins fail although the credentials are right: overload shown as 401. */
  unauthorized: strike.optional(),
  throttle: strike.optional(),
  error: strike.optional(),
  gateway: strike.optional(),
  /** `json`: the body ends early inside a complete answer. `connection`: the connection breaks in mid-body. */
  truncate: strike.extend({ how: z.enum(["json", "connection"]).optional() }).optional(),
  /** The answer comes, but `ms` late: past a client's time-out. */
  slow: strike.extend({
    ms: z.int().min(0).max(600_000),
    /** Wait after the work is done: what was written stays written, though the client gave up. */
    after: z.boolean().optional(),
  }).optional(),
  /** A timed-out search that reports success with no rows. */
  empty: strike.optional(),
  /** All credentials are refused, as after a sandbox refresh. */
  revoked: z.boolean().optional(),
  /** So many refused logins in a row lock the account's logins for 30 minutes. */
  lockAfter: z.int().min(1).optional(),
  /** Life of OAuth 2.0 tokens given from now on. */
  tokenSeconds: z.int().min(1).max(3600).optional(),
  /** Slots that other integrations hold. */
  slotsTaken: z.int().min(0).optional(),
  slots: z.int().min(1).optional(),
  /** Slots reserved for this integration, and its limit; at least one of the account's stays unreserved. */
  integrationSlots: z.int().min(1).optional(),
  /** Logins are refused with 401 while so many requests run: how an overload has surfaced. */
  unauthorizedWhenBusy: z.int().min(1).optional(),
  latencyMs: z.int().min(0).max(600_000).optional(),
  /** Times of a log-normal distribution instead of one time: half of the requests take up to the median, one in 20 more than p95. */
  latency: z.strictObject({ medianMs: z.number().min(0.1).max(600_000), p95Ms: z.number().min(0.1).max(600_000) })
    .refine(({ medianMs, p95Ms }) => p95Ms >= medianMs, {
      error: "p95Ms must not be less than medianMs",
      path: ["p95Ms"],
    })
    .optional(),
  /** Asynchronous jobs wait about so long. */
  asyncMs: z.int().min(0).max(600_000).optional(),
  /** All certificates of OAuth 2.0 count as expired. */
  certificatesExpired: z.boolean().optional(),
  /** Changes become visible this long after the time that they are stamped with. */
  lateCommitSeconds: z.number().min(0).optional(),
  /** The account's clock as clients see it (logins, serverTime, Date header); stamps of rows stay. */
  clockSkewSeconds: z.number().optional(),
  /** After a page with more behind it: so many changes, so many deleted orders. */
  betweenPages: strike.extend({
    changes: z.int().min(0).max(10_000).optional(),
    deletions: z.int().min(0).max(1_000).optional(),
  }).optional(),
  /** totalResults is off by so many: it is counted anew for each page of a table that lives. */
  totalDrift: strike.extend({ by: z.int() }).optional(),
  /** New ids are larger than this, such as 2147483648. */
  idsAbove: z.int().min(1).max(Number.MAX_SAFE_INTEGER - 1_000_000_000).optional(),
  /** Record types (`salesOrder`) or records (`customer/107`) that a workflow holds: the Record API cannot even read them. */
  locked: z.array(z.string().regex(/^[a-z_]+(\/\d+)?$/i)).optional(),
  /** Writing finds that somebody else was faster. */
  recordChanged: strike.optional(),
  /** Features that are off (or on). A non-OneWorld account: `{"subsidiaries": false}`. */
  features: z.partialRecord(z.enum(Object.keys(FEATURES) as [Feature, ...Feature[]]), z.boolean()).optional(),
  /** What the integration's role may do and see. */
  role: z.strictObject({
    permissions: z.partialRecord(z.enum(Object.keys(PERMISSIONS)), z.enum(LEVELS)).optional(),
    subsidiaries: z.array(z.int()).optional(),
    departments: z.array(z.int()).optional(),
  }).optional(),
  accountingBooks: z.union([z.literal(1), z.literal(2)]).optional(),
  /** `table` or `table.column` that are gone. */
  missing: z.array(z.string().regex(/^[a-z0-9_]+(\.[a-z0-9_]+)?$/i)).optional(),
  /** Transaction types that the role may not see: their documents and lines are silently left out. */
  hiddenTypes: z.array(z.string().regex(/^[A-Za-z]+$/)).optional(),
  /** Column names that make a statement end in a 500. */
  badColumns: z.array(z.string().regex(/^[a-z0-9_]+$/i)).optional(),
  /** IANA name. */
  timeZone: z.string().optional(),
  /** Format model, such as `FMMM/DD/YYYY` or `DD.MM.YYYY`. */
  datePreference: z.string().optional(),
  governanceVisible: z.boolean().optional(),
  seed: z.int().min(0).optional(),
});

export type FaultSettings = z.infer<typeof Faults>;
/** Every switch there is: a test of all faults can see that it has one for each. */
export const FAULT_NAMES: readonly string[] = Object.keys(Faults.shape);
/** The faults that strike single requests. */
export type Strike =
  | "unauthorized"
  | "throttle"
  | "error"
  | "gateway"
  | "truncate"
  | "slow"
  | "empty"
  | "betweenPages"
  | "totalDrift"
  | "recordChanged";

/** The switches of one stand-in. */
export class FaultSwitches {
  private settings: FaultSettings = {};
  private random = seeded(1);
  private pace = seeded(2);
  /** How often each fault has struck. */
  readonly struck: Partial<Record<Strike, number>> = {};

  constructor(private readonly changed: (settings: FaultSettings) => void = () => {}) {}

  get current(): Readonly<FaultSettings> {
    return this.settings;
  }

  /**
   * Sets the given switches, leaves the others.
   *
   * @throws {TypeError} naming every unknown or wrong field
   */
  set(settings: FaultSettings): void {
    const read = Faults.safeParse(settings);
    if (!read.success) {
      const wrong = read.error.issues.map((issue) => `${issue.path.join(".") || "faults"}: ${issue.message}`).join(
        "; ",
      );
      throw new TypeError(`Cannot set faults: ${wrong}`);
    }
    const before = this.settings;
    this.settings = { ...before, ...read.data };
    try {
      this.changed(this.settings);
    } catch (error) {
      this.settings = before;
      throw new TypeError(`Cannot set faults: ${(error as Error).message}`);
    }
    if (read.data.seed !== undefined) {
      this.random = seeded(read.data.seed);
      this.pace = seeded(read.data.seed + 1);
    }
  }

  /** All switches off. */
  clear(): void {
    this.settings = {};
    this.changed(this.settings);
  }

  /** True when this request is struck; counts down `next`. */
  strikes(name: Strike): boolean {
    const fault = this.settings[name];
    if (!fault) return false;
    const byCount = (fault.next ?? 0) > 0;
    if (byCount) fault.next!--;
    const hit = byCount || (fault.share !== undefined && this.random() < fault.share);
    if (hit) this.struck[name] = (this.struck[name] ?? 0) + 1;
    return hit;
  }

  /** How long the next request takes, given the usual time. Seeded, apart from the strikes. */
  latencyMs(usual: number): number {
    const { latency, latencyMs } = this.settings;
    if (!latency) return latencyMs ?? usual;
    const sigma = Math.log(latency.p95Ms / latency.medianMs) / 1.6449;
    // Box and Muller: two even draws make one normal one
    const normal = Math.sqrt(-2 * Math.log(1 - this.pace())) * Math.cos(2 * Math.PI * this.pace());
    return latency.medianMs * Math.exp(sigma * normal);
  }

  /** A number in [0, 1) of the faults' own sequence. */
  chance(): number {
    return this.random();
  }
}

/** The mulberry32 generator: the same seed, the same numbers. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
