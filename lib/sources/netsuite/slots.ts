/** Who waits in front: a person who looks at the page, or the sync that has time. */
export type Urgency = "person" | "background";

interface Waiting {
  begin: () => void;
}

/**
 * Hands out slots, at most `width` at once. Who asks for a person is served before all background work, however long that
 * has waited; within each kind the first comes first.
 */
export class Slots {
  #width: number;
  #active = 0;
  readonly #waiting: Record<Urgency, Waiting[]> = { person: [], background: [] };

  constructor(width: number) {
    this.#width = width;
  }

  /** Slots that may be taken at once. A smaller width takes nothing away from who has a slot. */
  get width(): number {
    return this.#width;
  }

  set width(width: number) {
    this.#width = width;
    this.#serve();
  }

  /** Slots in use now. */
  get active(): number {
    return this.#active;
  }

  /** True when somebody waits for a slot. */
  get isWanted(): boolean {
    return this.#waiting.person.length + this.#waiting.background.length > 0;
  }

  /**
   * Waits for a slot and takes it. Give it back with {@link release}, exactly once.
   *
   * @param signal ends the waiting with its reason
   */
  async take(urgency: Urgency, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#active < this.#width && !this.isWanted) {
      this.#active++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const line = this.#waiting[urgency];
      const waiting: Waiting = {
        begin: () => {
          signal?.removeEventListener("abort", leave);
          resolve();
        },
      };
      const leave = () => {
        line.splice(line.indexOf(waiting), 1);
        reject(signal!.reason);
      };
      signal?.addEventListener("abort", leave, { once: true });
      line.push(waiting);
    });
  }

  release(): void {
    this.#active--;
    this.#serve();
  }

  #serve(): void {
    while (this.#active < this.#width) {
      const next = this.#waiting.person.shift() ?? this.#waiting.background.shift();
      if (!next) return;
      this.#active++;
      next.begin();
    }
  }
}
