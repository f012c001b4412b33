/** Where a sign-in may not lead back to: pages about signing in, and addresses that are no pages. */
const NO_WAY_BACK = /^\/(sign-in|sign-out|setup|invite|reset|api)(\/|$)/i;

/**
 * Turns what stands in `?next=` into a path of this site, whatever was typed there.
 *
 * Only a path is ever returned, never a host: the text is read the way a browser reads it (`/\host`, `//host`, tabs and
 * line breaks inside are all tricks to name another host) and only path, query and hash of the result are kept.
 *
 * @returns a path that begins with exactly one slash; `/` for anything else
 */
export function safeReturnPath(next: string | null | undefined): string {
  if (!next || next.length > 2000 || !next.startsWith("/") || /[\\\p{Cc}]/u.test(next)) return "/";
  const here = "http://here.invalid";
  const read = URL.parse(next, here);
  if (read === null || read.origin !== here) return "/";
  const path = `${read.pathname}${read.search}${read.hash}`;
  return path.startsWith("//") || NO_WAY_BACK.test(read.pathname) ? "/" : path;
}
