/** Joins a prefix and a pattern: `/` below a prefix is the prefix itself, `*` is everything below it. */
export function joinPattern(prefix: string, pattern: string): string {
  const base = prefix === "/" || prefix === "*" || prefix === "/*" ? "" : prefix.replace(/\/?\*?$/, "");
  if (pattern === "" || pattern === "/") return base === "" ? "/" : base;
  if (pattern === "*") return `${base}/*`;
  return base + (pattern.startsWith("/") || pattern.startsWith("{") ? pattern : `/${pattern}`);
}

/** The scopes of a pattern, outermost first, without the root: `/a{/:b}?/c` gives `a`, `:b`, `c`. */
export function patternScopes(pattern: string): string[] {
  const flat = pattern.replace(/\{\/([^{}]*)\}[?*+]?/g, "/$1");
  const scopes: string[] = [];
  let depth = 0;
  let current = "";
  for (const char of flat) {
    if (char === "(" || char === "{") depth++;
    if (char === ")" || char === "}") depth--;
    if (char === "/" && depth === 0) {
      if (current !== "") scopes.push(current);
      current = "";
    } else current += char;
  }
  if (current !== "") scopes.push(current);
  return scopes;
}

/** The scopes that `use`, `layout` and `onError` mean by a path: `/admin/*` is `/admin` and below, `*` is the root. */
export function coverScopes(path: string): string[] {
  const scopes = patternScopes(path);
  if (scopes.at(-1) === "*") scopes.pop();
  return scopes;
}
