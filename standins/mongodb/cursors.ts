import { type Doc, doc, MAX_DOCUMENT_BYTES, Raw, type Value } from "./bson.ts";
import { fail } from "./errors.ts";

/** Documents of an answer: whole BSON, as stored or just encoded. */
export type Source = Iterator<Uint8Array>;
interface Open {
  ns: string;
  source: Source;
  usedAt: number;
  /** Read but not sent, as the batch was full. */
  waiting: Uint8Array | null;
}
const IDLE_MS = 600_000;

/** Open cursors of all connections. A cursor that nobody asks for during ten minutes is dropped. */
export class Cursors {
  readonly #open = new Map<bigint, Open>();
  #next = BigInt(Math.floor(Math.random() * 2 ** 40)) + 1n;

  constructor(readonly clock: () => number) {}

  /** The first batch; a cursor stays open only when there is more. `batchSize` 0 opens one without reading. */
  start(ns: string, source: Source, batchSize: number, single = false): Doc {
    const cursor: Open = { ns, source, usedAt: this.clock(), waiting: null };
    const { batch, done } = take(cursor, batchSize);
    let id = 0n;
    if (!done && !single) this.#open.set(id = this.#next++, cursor);
    else source.return?.();
    return doc({ firstBatch: batch, id, ns });
  }

  more(id: bigint, ns: string, batchSize: number): Doc {
    const cursor = this.#open.get(id);
    if (!cursor) return fail(43, `cursor id ${id} not found`);
    if (cursor.ns !== ns) {
      return fail(
        13,
        `Requested getMore on namespace '${ns}', but cursor belongs to a different namespace ${cursor.ns}`,
      );
    }
    cursor.usedAt = this.clock();
    let batch: Value[], done: boolean;
    try {
      ({ batch, done } = take(cursor, batchSize || Infinity));
    } catch (error) {
      this.kill(id);
      throw error;
    }
    if (done) this.kill(id);
    return doc({ nextBatch: batch, id: done ? 0n : id, ns });
  }

  /** Drops a cursor; false when there is none. */
  kill(id: bigint): boolean {
    this.#open.get(id)?.source.return?.();
    return this.#open.delete(id);
  }

  /** Drops cursors that were not used lately. */
  sweep(): void {
    for (const [id, cursor] of this.#open) if (this.clock() - cursor.usedAt > IDLE_MS) this.kill(id);
  }
}

function take(cursor: Open, batchSize: number): { batch: Value[]; done: boolean } {
  const batch: Value[] = [];
  let bytes = 0;
  while (batch.length < batchSize) {
    const next = cursor.waiting ?? step(cursor.source);
    cursor.waiting = null;
    if (next === null) return { batch, done: true };
    if (batch.length && bytes + next.length > MAX_DOCUMENT_BYTES) {
      cursor.waiting = next;
      return { batch, done: false };
    }
    bytes += next.length;
    batch.push(new Raw(3, next));
  }
  if (batchSize > 0) cursor.waiting = step(cursor.source); // look ahead, so that the last batch says that it is
  return { batch, done: batchSize > 0 && cursor.waiting === null };
}

function step(source: Source): Uint8Array | null {
  const { value, done } = source.next();
  return done ? null : value;
}
