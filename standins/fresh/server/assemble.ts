import { cutAtNotes } from "./notes.ts";

/** An element of the head, or what stands between two: `names` are what a later one may replace it by. */
interface Piece {
  names: string[];
  html: string;
  /** Elements of one `<Head>` do not replace each other by name, as several `og:image` may stand side by side. */
  group: number;
}

/**
 * Makes a whole document of what the page rendered: adds `<html>`, `<head>` and `<body>` where they are missing, moves
 * the elements of `<Head>` into the head, and lets later ones replace earlier ones.
 *
 * @param rendered what Preact rendered, with the notes that the render hooks put in
 * @param headEnd goes to the end of the head
 * @param bodyEnd goes to the end of the body
 */
export function assembleDocument(rendered: string, headEnd: string, bodyEnd: string): string {
  const { text, head, pieces, at } = takeApart(rendered);

  let inner = text;
  let before = "<html>";
  let behind = "</html>";
  let offset = 0;
  if (at.html !== undefined && at["/html"] !== undefined) {
    before = text.slice(0, at.html);
    inner = text.slice(at.html, at["/html"]);
    behind = text.slice(at["/html"]);
    offset = at.html;
  }
  if (at["/body"] !== undefined) {
    const end = at["/body"] - offset;
    inner = inner.slice(0, end) + bodyEnd + inner.slice(end);
  } else inner = `<body>${inner}${bodyEnd}</body>`;

  const own = mergeHead(pieces);
  const charset = head !== null || /<meta charset/i.test(own) ? "" : '<meta charset="utf-8">';
  const [open, close] = head ?? ["<head>", "</head>"];
  return `<!DOCTYPE html>${before}${open}${charset}${own}${headEnd}${close}${inner}${behind}`;
}

interface Parts {
  /** The document without its head. */
  text: string;
  /** The head's tags, null where the page has none. */
  head: [string, string] | null;
  pieces: Piece[];
  /** Where in `text` the inside of an element begins and ends. */
  at: Partial<Record<string, number>>;
}

function takeApart(rendered: string): Parts {
  const pieces: Piece[] = [];
  const at: Parts["at"] = {};
  let text = "";
  let open: string | null = null;
  let head: Parts["head"] = null;
  let names: string[] = [];
  let groups = 0;
  const where: ("text" | "tags" | "pieces")[] = ["text"];
  const inGroup: number[] = [];

  for (const [i, part] of cutAtNotes(rendered).entries()) {
    if (i % 2 === 0) {
      if (part === "") continue;
      const place = where.at(-1);
      if (place === "text") text += part;
      else if (place === "pieces") pieces.push({ names, html: part, group: inGroup.at(-1) ?? 0 });
      else if (open === null) open = part;
      else head = [open, part];
      continue;
    }
    const [kind = "", ...words] = part.split(" ");
    if (kind === "head") where.push("tags");
    else if (kind === "in" || kind === "group") {
      inGroup.push(kind === "in" ? 0 : ++groups);
      where.push("pieces");
    } else if (kind === "/in" || kind === "/group") {
      inGroup.pop();
      where.pop();
    } else if (kind === "/head") where.pop();
    else if (kind === "one") names = words.map(decodeURIComponent);
    else if (kind === "/one") names = [];
    else if (where.at(-1) === "text") at[kind] ??= text.length;
  }
  return { text, head, pieces, at };
}

function mergeHead(pieces: Piece[]): string {
  if (pieces.every(({ group }) => group === 0)) return pieces.map(({ html }) => html).join(""); // no <Head> in the page
  const merged: (Piece | null)[] = [];
  const place = new Map<string, number>();
  for (const piece of pieces) {
    const earlier = piece.names.map((name) => place.get(name)).filter((i) => i !== undefined)
      .find((i) => merged[i]?.group !== piece.group || piece.names.includes("title"));
    const i = earlier ?? merged.length;
    merged[i] = piece;
    for (const name of piece.names) place.set(name, i);
  }
  return merged.map((piece) => piece?.html ?? "").join("");
}
