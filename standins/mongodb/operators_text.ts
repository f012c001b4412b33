/** Expression operators on strings. */
import { type Maybe, Regex } from "./bson.ts";
import { fail } from "./errors.ts";
import { compare } from "./order.ts";
import { index, isNone, many, type Named, named, one, type Positional, strict, text, two } from "./operator_kinds.ts";
import { toRegExp } from "./regex.ts";
import { typeName } from "./types.ts";

function substring(op: string, source: string, from: number, count: number): string {
  if (op === "$substrCP") return [...source].slice(from, count < 0 ? undefined : from + count).join("");
  const bytes = new TextEncoder().encode(source), to = count < 0 ? bytes.length : Math.min(bytes.length, from + count);
  const cuts = (i: number) => i < bytes.length && (bytes[i]! & 0xc0) === 0x80;
  if (cuts(from)) fail(28656, `${op}: Invalid range, starting index is a UTF-8 continuation byte.`);
  if (to > from && cuts(to)) fail(28657, `${op}: Invalid range, ending index is in the middle of a UTF-8 character.`);
  return new TextDecoder().decode(bytes.subarray(from, to));
}
const substr = (op: string): Positional =>
  many(
    ([s, from, count]) => {
      const start = index(op, from), n = index(op, count);
      if (start < 0) {
        if (op === "$substrCP") fail(34455, `${op}: the starting index must be nonnegative integer.`);
        return "";
      }
      return substring(op, text(op, s), start, n);
    },
    3,
    3,
  );

const trim = (op: string, left: boolean, right: boolean): Named => ({
  fields: ["input", "chars"],
  apply: ({ input, chars }) => {
    if (isNone(input) || chars === null) return null;
    const set = new Set(
      chars === undefined
        ? [..."\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"]
        : [...strict(op, chars)],
    );
    const all = [...strict(op, input)];
    let a = 0, b = all.length;
    while (left && a < b && set.has(all[a]!)) a++;
    while (right && b > a && set.has(all[b - 1]!)) b--;
    return all.slice(a, b).join("");
  },
});

const folded = (op: string, up: boolean): Positional =>
  one((v) => text(op, v).replace(up ? /[a-z]+/g : /[A-Z]+/g, (s) => up ? s.toUpperCase() : s.toLowerCase()));

const regexOf = (op: string, regex: Maybe, options: Maybe): RegExp => {
  const flags = typeof options === "string" ? options : "";
  if (regex instanceof Regex) return toRegExp(new Regex(regex.pattern, flags || regex.flags));
  return toRegExp(
    new Regex(
      typeof regex === "string" ? regex : fail(51105, `${op} needs 'regex' to be of type string or regex`),
      flags,
    ),
  );
};

/** The operators by name. */
export const TEXT_OPERATORS: Record<string, Positional | Named> = {
  $concat: many((args) =>
    args.some(isNone)
      ? null
      : args.map((v) => typeof v === "string" ? v : fail(16702, `$concat only supports strings, not ${typeName(v)}`))
        .join("")
  ),
  $substr: substr("$substrBytes"),
  $substrBytes: substr("$substrBytes"),
  $substrCP: substr("$substrCP"),
  $toLower: folded("$toLower", false),
  $toUpper: folded("$toUpper", true),
  $strLenCP: one((v) => [...strict("$strLenCP", v)].length),
  $strLenBytes: one((v) => new TextEncoder().encode(strict("$strLenBytes", v)).length),
  $trim: trim("$trim", true, true),
  $ltrim: trim("$ltrim", true, false),
  $rtrim: trim("$rtrim", false, true),
  $split: two((s, by) =>
    isNone(s) || isNone(by)
      ? null
      : strict("$split", s).split(strict("$split", by) || fail(40087, "$split requires a non-empty separator"))
  ),
  $indexOfCP: many(
    ([s, part, from, to]) => {
      if (isNone(s)) return null;
      const all = [...strict("$indexOfCP", s)], want = [...strict("$indexOfCP", part)];
      const end = isNone(to) ? all.length : Math.min(all.length, index("$indexOfCP", to));
      for (
        let i = isNone(from) ? 0 : index("$indexOfCP", from);
        i + want.length <= end;
        i++
      ) if (want.every((c, j) => all[i + j] === c)) return i;
      return -1;
    },
    2,
    4,
  ),
  $strcasecmp: two((a, b) =>
    Math.sign(compare(text("$strcasecmp", a).toUpperCase(), text("$strcasecmp", b).toUpperCase()))
  ),
  $replaceOne: replaces("$replaceOne", (s, find, by) => s.replace(find, () => by)),
  $replaceAll: replaces("$replaceAll", (s, find, by) => s.replaceAll(find, () => by)),
  $regexMatch: named({
    fields: ["input", "regex", "options"],
    apply: ({ input, regex, options }) =>
      !isNone(input) && !isNone(regex) && regexOf("$regexMatch", regex, options).test(strict("$regexMatch", input)),
  }),
};

function replaces(op: string, change: (s: string, find: string, by: string) => string): Named {
  return {
    fields: ["input", "find", "replacement"],
    apply: ({ input, find, replacement }) =>
      isNone(input) || isNone(find) || isNone(replacement)
        ? null
        : change(strict(op, input), strict(op, find), strict(op, replacement)),
  };
}
