import type { Collection } from "mongodb";
import { isDuplicate } from "./duplicate.ts";

/** A sequence of numbers, kept as one document. */
export interface Counter {
  _id: string;
  value: number;
}

/**
 * Draws the next number of a sequence, from 1: each is given once, over all processes.
 *
 * Not by one upsert: of several that come first at the same moment, some MongoDB-compatible engines give all of them back
 * the number 1. So a missing counter is made by an insert of its own.
 */
export async function nextNumber<C extends Counter>(counters: Collection<C>, id: string): Promise<number> {
  // the driver's types cannot see that a generic document has these two fields
  const plain = counters as unknown as Collection<Counter>;
  const draw = () => plain.findOneAndUpdate({ _id: id }, { $inc: { value: 1 } }, { returnDocument: "after" });
  const drawn = await draw();
  if (drawn !== null) return drawn.value;
  try {
    await plain.insertOne({ _id: id, value: 0 });
  } catch (error) {
    if (!isDuplicate(error)) throw error; // another process was faster
  }
  const again = await draw();
  if (again === null) throw new Error(`Cannot draw a number of "${id}": its counter is gone again`);
  return again.value;
}
