import { createHash } from "node:crypto";

/**
 * Digest of a document's content: equal content, equal digest. Fields stand in the order of the stream's declaration, so
 * a changed declaration changes digests and everything is written anew, which is what it should do.
 *
 * @param content plain values and dates
 */
export function digest(content: unknown): string {
  const text = JSON.stringify(content);
  // half of a surrogate pair cannot be stored: MongoDB keeps U+FFFD in its place, and so must the digest
  const stored = text.includes("\\ud") ? text.replace(/\\ud[89a-f][0-9a-f]{2}/g, "\ufffd") : text;
  return createHash("sha256").update(stored).digest("base64url");
}
