/**
 * Faults that a test or a person switches on: what goes wrong between a real account and its clients.
 */
import { z } from "zod";

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
  slow: strike.extend({ ms: z.int().min(0).max(600_000) }).optional(),
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
  latencyMs: z.int().min(0).max(600_000).optional(),
  /** Changes become visible this long after the time that they are stamped with. */
  lateCommitSeconds: z.number().min(0).optional(),
  /** The account's clock as clients see it (logins, serverTime, Date header); stamps of rows stay. */
  clockSkewSeconds: z.number().optional(),
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
/** The faults that strike single requests. */
export type Strike = "unauthorized" | "throttle" | "error" | "gateway" | "truncate" | "slow" | "empty";

/** The switches of one stand-in. */
export class FaultSwitches {
  private settings: FaultSettings = {};
  private random = seeded(1);
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
    if (read.data.seed !== undefined) this.random = seeded(read.data.seed);
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
