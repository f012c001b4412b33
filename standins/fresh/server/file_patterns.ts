/**
 * The pattern of a route file, from its path inside `routes/` without the extension: `shop/[id]` is `/shop/:id`.
 *
 * @throws {SyntaxError} for two parameters side by side, an unmatched bracket, or an optional parameter that is not the
 *   whole of its segment
 */
export function filePattern(path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  if (parts.at(-1) === "index") parts.pop();
  const pattern = parts.map((part) => segmentPattern(part, path)).join("");
  return pattern === "" ? "/" : pattern;
}

/** The scopes of a folder: as in patterns, but groups count. */
export function folderScopes(folder: string): string[] {
  return folder.split("/").filter((part) => part !== "").map((part) => {
    if (isGroup(part)) return part;
    return segmentPattern(part, folder).replace(/^\{?\//, "").replace(/\}\?$/, "");
  });
}

/** Whether a folder is a group: `(shop)` is no part of the URL. */
export function isGroup(part: string): boolean {
  return part.startsWith("(") && part.endsWith(")");
}

function segmentPattern(part: string, path: string): string {
  if (isGroup(part)) return "";
  const rest = /^\[\.\.\.([^[\]]+)\]$/.exec(part);
  if (rest !== null) return `/:${rest[1]}*`;
  const optional = /^\[\[([^[\]]+)\]\]$/.exec(part);
  if (optional !== null) return `{/:${optional[1]}}?`;
  if (part.includes("[[") || part.includes("]]")) {
    throw bad(path, `an optional parameter must be the whole of its segment, as in "[[id]]"`);
  }
  if (part.includes("][")) throw bad(path, "between two parameters there must be something to tell them apart");
  const pattern = part.replace(/\[([^[\]]+)\]/g, ":$1");
  if (/[[\]]/.test(pattern)) throw bad(path, `"${part}" has a bracket without its partner`);
  return `/${pattern}`;
}

function bad(path: string, reason: string): SyntaxError {
  return new SyntaxError(`Cannot make a route of "${path}": ${reason}`);
}

/**
 * Orders route files so that the more particular pattern is tried first: in each segment a fixed name, then groups, then
 * `[id]`, then `[...rest]`; a folder's own page before what lies deeper.
 */
export function compareRouteFiles(a: string, b: string): number {
  const left = segments(a);
  const right = segments(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const one = left[i];
    const two = right[i];
    if (one === undefined) return -1;
    if (two === undefined) return 1;
    const byRank = rank(one) - rank(two);
    if (byRank !== 0) return byRank;
    if (one !== two) return one < two ? -1 : 1;
  }
  return 0;
}

function segments(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "");
  if (parts.at(-1) === "index") parts.pop();
  return parts;
}

function rank(part: string): number {
  if (part.startsWith("[...")) return 3;
  if (part.includes("[")) return 2;
  return isGroup(part) ? 1 : 0;
}
