/** The login audit trail: the only place where the cause of a refused login can be seen. */

/** Names of causes as NetSuite's Login Audit Trail prints them. */
export type LoginCause =
  | "ok"
  | "consumer_key_unknown"
  | "token_rejected"
  | "nonce_used"
  | "nonce_rejected"
  | "InvalidTimestamp"
  | "InvalidSignature"
  | "UnknownAlgorithm"
  | "VersionRejected"
  | "parameter_rejected"
  | "permission_denied"
  | "MissingTokenPassportRequiredFields"
  | "temporary_locked"
  | "invalid_token"
  | "overload";

/** One login. `detail` is for people and never holds a secret. */
export interface LoginEntry {
  at: string;
  cause: LoginCause;
  detail: string;
  method: string;
  path: string;
}

const KEPT = 1000;

export class LoginAudit {
  private readonly list: LoginEntry[] = [];
  private readonly counts = new Map<LoginCause, number>();

  add(entry: LoginEntry): void {
    this.counts.set(entry.cause, (this.counts.get(entry.cause) ?? 0) + 1);
    if (entry.cause === "ok") return;
    this.list.push(entry);
    if (this.list.length > KEPT) this.list.shift();
  }

  /** The newest refused logins, oldest first. Good logins are counted only. */
  get refused(): readonly LoginEntry[] {
    return this.list;
  }

  /** The last refusal, or undefined. */
  get last(): LoginEntry | undefined {
    return this.list.at(-1);
  }

  /** How many logins ended in each way. */
  count(cause: LoginCause): number {
    return this.counts.get(cause) ?? 0;
  }

  toJSON(): object {
    return { counts: Object.fromEntries(this.counts), refused: this.list };
  }
}

const LOCKED_MS = 30 * 60_000;

/** Locks logins for half an hour after some refused ones in a row. */
export class LoginLock {
  private refusals = 0;
  private until = -Infinity;

  /** The verdict while the lock holds, else null. */
  refuses(now: Date): { cause: LoginCause; detail: string } | null {
    if (now.getTime() >= this.until) return null;
    return { cause: "temporary_locked", detail: `locked until ${new Date(this.until).toISOString()}` };
  }

  /** @param after refusals that lock; undefined: never */
  count({ cause }: { cause: LoginCause }, now: Date, after: number | undefined): void {
    if (cause === "temporary_locked") return;
    this.refusals = cause === "ok" ? 0 : this.refusals + 1;
    if (after === undefined || this.refusals < after) return;
    this.refusals = 0;
    this.until = now.getTime() + LOCKED_MS;
  }
}
