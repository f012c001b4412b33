/** Concurrency of an account: so many requests at once, and no more. */
export class Slots {
  private inUse = 0;
  /** The most that were in use at once since the start. */
  highest = 0;

  /**
   * @param total the account's limit @param taken slots that other integrations hold at the moment
   * @param own this integration's limit
   */
  constructor(
    readonly total: () => number,
    private readonly taken: () => number = () => 0,
    private readonly own: () => number = () => Infinity,
  ) {}

  /** Slots in use at the moment. */
  get busy(): number {
    return this.inUse;
  }

  /** Takes a slot, or says no at once: nothing queues. Release it exactly once. */
  take(): (() => void) | null {
    if (this.inUse + this.taken() >= this.total() || this.inUse >= this.own()) return null;
    this.highest = Math.max(this.highest, ++this.inUse);
    let held = true;
    return () => {
      if (held) this.inUse--;
      held = false;
    };
  }
}
