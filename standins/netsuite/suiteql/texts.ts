/** Oracle's text functions over code points. */

/** SUBSTR: from 1; negative counts from the end; 0 is 1. */
export function slice(value: string, from: number, length: number): string {
  const points = [...value];
  const start = from > 0 ? Math.trunc(from) - 1 : from < 0 ? points.length + Math.trunc(from) : 0;
  if (start < 0 || length < 1) return "";
  return points.slice(start, start + Math.trunc(length)).join("");
}

/** INSTR: the 1-based place of the nth occurrence at or after `from`, from the back when it is negative; 0 when none. */
export function searchFrom(value: string, what: string, from: number, nth: number): number {
  let at = from > 0 ? from - 1 : value.length + from;
  for (let found = 1;; found++) {
    at = from > 0 ? value.indexOf(what, at) : at < 0 ? -1 : value.lastIndexOf(what, at);
    if (at < 0) return 0;
    if (found === nth) return at + 1;
    at += from > 0 ? 1 : -1;
  }
}

/** LPAD and RPAD: also cut what is too long. */
export function pad(value: string, width: number, fill: string, left: boolean): string {
  const points = [...value];
  if (points.length >= width) return points.slice(0, width).join("");
  const room = Math.trunc(width) - points.length;
  const filling = [...fill.repeat(Math.ceil(room / [...fill].length))].slice(0, room).join("");
  return left ? filling + value : value + filling;
}

/** LTRIM, RTRIM: any character of the set. */
export function trimSet(value: string, set: string, left: boolean, right: boolean): string {
  const points = [...value];
  let [from, to] = [0, points.length];
  while (left && from < to && set.includes(points[from]!)) from++;
  while (right && to > from && set.includes(points[to - 1]!)) to--;
  return points.slice(from, to).join("");
}

/** TRANSLATE: character by character; those without a partner go. */
export function translate(value: string, from: string, to: string): string {
  const [source, target] = [[...from], [...to]];
  return [...value].map((c) => {
    const at = source.indexOf(c);
    return at < 0 ? c : target[at] ?? "";
  }).join("");
}

/**
 * A POSIX-like pattern as a JavaScript one.
 *
 * @throws {SyntaxError} when it is no pattern
 */
export function oracleRegExp(pattern: string, flags = ""): RegExp {
  const classes: Record<string, string> = {
    alpha: "\\p{L}",
    digit: "0-9",
    alnum: "\\p{L}0-9",
    space: "\\s",
    upper: "\\p{Lu}",
    lower: "\\p{Ll}",
    punct: "!-\\/:-@\\[-`{-~",
  };
  const source = pattern.replace(/\[:(\w+):\]/g, (all, name: string) => classes[name] ?? all);
  const wanted = [
    ...new Set(["g", "u", ...[...(flags ?? "")].map((f) => (f === "n" ? "s" : f)).filter((f) => "ims".includes(f))]),
  ];
  return new RegExp(source, wanted.join(""));
}
