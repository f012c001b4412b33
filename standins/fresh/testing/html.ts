/** What a page's body holds, without the body's own tags. */
export function bodyOf(html: string): string {
  return /<body[^>]*>([\s\S]*)<\/body>/.exec(html)?.[1] ?? "";
}

/** What a page's head holds. */
export function headOf(html: string): string {
  return /<head[^>]*>([\s\S]*)<\/head>/.exec(html)?.[1] ?? "";
}
