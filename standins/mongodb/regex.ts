import { Regex } from "./bson.ts";
import { fail } from "./errors.ts";

const compiled = new Map<string, RegExp>();

/**
 * A stored or queried pattern as a JavaScript RegExp that matches the same strings. What PCRE knows and JavaScript does not
 * (`(?i)`, possessive quantifiers, `\A`) is refused with code 51091 and never read as something else.
 */
export function toRegExp({ pattern, flags }: Regex): RegExp {
  const key = `${flags}/${pattern}`;
  const known = compiled.get(key);
  if (known) return known;
  const odd = /[^imsu]/.exec(flags);
  if (odd) {
    fail(51108, `invalid flag in regex options: ${odd[0]}${odd[0] === "x" ? " is not supported by this server" : ""}`);
  }
  try {
    const source = translate(pattern, flags.includes("m"), flags.includes("s"));
    const made = new RegExp(source, flags.includes("i") ? "iu" : "u");
    if (compiled.size > 1000) compiled.clear();
    compiled.set(key, made);
    return made;
  } catch (error) {
    return fail(51091, `Regular expression is invalid or not supported: ${(error as Error).message}`);
  }
}

/** Rewrites the few places where PCRE and JavaScript read the same signs differently. */
function translate(pattern: string, multiline: boolean, dotAll: boolean): string {
  let out = "", inClass = false;
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === "\\") {
      const next = pattern[++i] ?? "";
      if (next === "s") out += inClass ? "\\t-\\r " : "[\\t-\\r ]";
      else if (next === "S" && !inClass) out += "[^\\t-\\r ]";
      else if (next === "A") out += "^";
      else if (next === "z") out += "$";
      else if (next === "Z") out += "(?=\\n?$)";
      else if (/[^\w\s^$\\.*+?()[\]{}|/]/.test(next) && next.charCodeAt(0) < 128 && !(inClass && next === "-")) {
        out += next;
      } else out += c + next;
    } else if (inClass) {
      if (c === "]") inClass = false;
      out += c === "[" && pattern[i + 1] !== ":" ? "\\[" : c;
      if (c === "[" && pattern[i + 1] === ":") throw new SyntaxError("POSIX character classes");
    } else if (c === "[") {
      inClass = true;
      out += c;
      if (pattern[i + 1] === "^") out += pattern[++i];
      if (pattern[i + 1] === "]") out += "\\" + pattern[++i];
    } else if (c === ".") out += dotAll ? "[^]" : "[^\\n]";
    else if (c === "$") out += multiline ? "(?=\\n|$)" : "(?=\\n?$)";
    else if (c === "^") out += multiline ? "(?<=^|\\n)" : "^";
    else if ((c === "]" || c === "}") && !closes(out, c)) out += "\\" + c;
    else if (c === "{" && !/^\{\d+(,\d*)?\}/.test(pattern.slice(i))) out += "\\{";
    else out += c;
  }
  return out;
}

/** Whether a brace ends a quantifier (it is a plain sign otherwise; JavaScript insists on the difference). */
const closes = (before: string, c: string) => c === "}" && /(^|[^\\])\{\d+(,\d*)?$/.test(before);
