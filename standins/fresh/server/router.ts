import type { Method } from "./types.ts";

const IS_PATTERN = /[*:{}+?()]/;

interface Entry<T> {
  /** As it was registered: what `ctx.route` says. */
  source: string;
  pattern: URLPattern | null;
  byMethod: Map<Method, T>;
}

/** What the table says about a URL: `entry` null where no pattern matches, `item` null where the method does not. */
export interface Match<T> {
  route: string | null;
  params: Record<string, string>;
  item: T | null;
  allowed: Method[];
}

/**
 * The table of patterns. Fixed paths are found in one look-up, before any pattern, with or without a slash at their end;
 * patterns are tried in the order of registration. The first item for a method and pattern wins.
 */
export class Router<T> {
  readonly #fixed = new Map<string, Entry<T>>();
  readonly #patterns: Entry<T>[] = [];
  readonly #bySource = new Map<string, Entry<T>>();

  add(method: Method, source: string, item: T): void {
    let entry = this.#bySource.get(source);
    if (entry === undefined) {
      entry = { source, pattern: null, byMethod: new Map() };
      this.#bySource.set(source, entry);
      if (IS_PATTERN.test(source)) {
        entry.pattern = compile(source);
        this.#patterns.push(entry);
      } else this.#fixed.set(encodedPath(source), entry);
    }
    if (!entry.byMethod.has(method)) entry.byMethod.set(method, item);
  }

  match(method: Method, url: URL): Match<T> {
    const path = url.pathname;
    const fixed = this.#fixed.get(path) ?? this.#fixed.get(otherForm(path));
    if (fixed !== undefined) return answer(fixed, method, {});

    for (const entry of this.#patterns) {
      // A pattern that may be empty, such as "/:rest*", holds for the root as well, though "/" is not empty.
      const found = entry.pattern?.exec({ pathname: path }) ??
        (path === "/" ? entry.pattern?.exec({ pathname: "" }) : null);
      if (found) return answer(entry, method, found.pathname.groups);
    }
    return { route: null, params: {}, item: null, allowed: [] };
  }
}

function answer<T>(entry: Entry<T>, method: Method, groups: Record<string, string | undefined>): Match<T> {
  const item = entry.byMethod.get(method) ?? (method === "HEAD" ? entry.byMethod.get("GET") : undefined);
  const allowed = [...entry.byMethod.keys()];
  if (entry.byMethod.has("GET") && !entry.byMethod.has("HEAD")) allowed.push("HEAD");
  const params: Record<string, string> = {};
  for (const name in groups) params[name] = decode(groups[name]);
  return { route: entry.source, params, item: item ?? null, allowed };
}

/** A broken escape (`%E0%A4%A`) is given as it stands: it is the visitor's typing, not a fault of the server. */
function decode(value: string | undefined): string {
  if (value === undefined) return "";
  if (!value.includes("%")) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function compile(source: string): URLPattern {
  try {
    return new URLPattern({ pathname: source });
  } catch (cause) {
    throw new SyntaxError(`Cannot use "${source}" as a route: it is no valid URLPattern path`, { cause });
  }
}

/** URLs arrive encoded, so a fixed path is kept encoded: `/über uns` as `/%C3%BCber%20uns`. */
function encodedPath(path: string): string {
  try {
    return new URL(path, "http://local.invalid").pathname;
  } catch {
    return path;
  }
}

function otherForm(path: string): string {
  return path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
}
