/** What a comment of the server says: where an island or a slot begins or ends. Written in `server/islands.ts`. */
export interface Mark {
  kind: "island" | "slot";
  opens: boolean;
  id: number;
}

const MARK = /^(\/?)f([is])(?::(\d+))?$/;

/** Whether a comment is one of the server's marks. */
export function isMark(comment: Comment): boolean {
  return MARK.test(comment.data);
}

/** Reads a mark. */
export function readMark(comment: Comment): Mark {
  const [, slash, letter, id] = MARK.exec(comment.data) ?? [];
  return { kind: letter === "i" ? "island" : "slot", opens: slash === "", id: Number(id ?? -1) };
}

/**
 * The mark that ends what `start` begins, among its own siblings.
 *
 * @returns null where there is none: the browser moved nodes, since they may not stand where they stood
 */
export function matchingEnd(start: Comment): Comment | null {
  const kind = readMark(start).kind;
  let depth = 0;
  for (let node = start.nextSibling; node !== null; node = node.nextSibling) {
    if (!(node instanceof Comment) || !isMark(node)) continue;
    const mark = readMark(node);
    if (mark.kind !== kind) continue;
    if (mark.opens) depth++;
    else if (depth-- === 0) return node;
  }
  return null;
}
