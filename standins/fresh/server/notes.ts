/** Random, so that no text of a page can be taken for a note. Letters and digits only: rendering must not escape it. */
const TOKEN = crypto.randomUUID().slice(0, 13).replace("-", "");
const EDGE = "\x01";
const OPEN = `${EDGE}${TOKEN} `;

/**
 * A note in the rendered text, by which the assembly of the document finds its parts again. Notes are plain strings among
 * an element's children, as these cost far less than elements do, and there are a dozen to a page.
 */
export function note(text: string): string {
  return OPEN + text + EDGE;
}

/** Cuts a rendered page at its notes: text, note, text, note, and so on, text at both ends. */
export function cutAtNotes(rendered: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = rendered.indexOf(OPEN); at !== -1; at = rendered.indexOf(OPEN, from)) {
    const end = rendered.indexOf(EDGE, at + OPEN.length);
    parts.push(rendered.slice(from, at), rendered.slice(at + OPEN.length, end));
    from = end + 1;
  }
  parts.push(rendered.slice(from));
  return parts;
}
