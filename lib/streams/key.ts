import type { Stream } from "./define.ts";

/**
 * The values of the key columns that an `_id` was made of, as text. Whole numbers may be negative, as those of NetSuite's own
 * records are, and the last of several may be any text: so dashes alone say nothing.
 *
 * @param key an `_id` of the stream's collection; columns that it does not have are left out
 */
export function keyParts(stream: Pick<Stream, "key">, key: number | string): string[] {
  const parts: string[] = [];
  let rest = String(key);
  while (parts.length < stream.key.length - 1) {
    const found = /^(-?\d+)-/.exec(rest);
    if (!found) break;
    parts.push(found[1]!);
    rest = rest.slice(found[0].length);
  }
  return [...parts, rest];
}
