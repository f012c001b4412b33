import { MongoServerError } from "mongodb";

/** True for a write that was refused since a document with its key, or a unique value of it, is there already. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === 11000;
}
