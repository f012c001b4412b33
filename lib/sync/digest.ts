import { createHash } from "node:crypto";

/**
 * Digest of a document's content: equal content, equal digest. Fields stand in the order of the stream's declaration, so
 * a changed declaration changes digests and everything is written anew, which is what it should do.
 *
 * @param content plain values and dates
 */
export function digest(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("base64url");
}
