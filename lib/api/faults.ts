import { z } from "@hono/zod-openapi";
import type { FieldFault } from "./problem.ts";

/** An object that refuses what it does not know, by name, and says what it knows. */
export function strict<T extends z.core.$ZodLooseShape>(shape: T) {
  const known = Object.keys(shape);
  const words = known.length === 0 ? "nothing is known here" : `known here: ${known.join(", ")}`;
  return z.strictObject(shape, {
    error: (issue) => issue.code === "unrecognized_keys" ? words : undefined,
  });
}

/**
 * Turns what zod found wrong into one sentence per field, each with the value's fault and what would be right.
 *
 * @param given what was checked, to quote the value (shortened)
 */
export function faultsOf(error: z.core.$ZodError, where: FieldFault["in"], given: unknown): FieldFault[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        in: where,
        field: [...issue.path, key].join("."),
        detail: `${nameOf([...issue.path, key], where)} is not known; ${issue.message}.`,
      }));
    }
    const value = valueAt(given, issue.path);
    const detail = `${nameOf(issue.path, where)} ${faultIn(issue, value, where)}.`;
    return [{ in: where, field: issue.path.join("."), detail }];
  });
}

function faultIn(issue: z.core.$ZodIssue, value: unknown, where: FieldFault["in"]): string {
  const right = rightOf(issue);
  if (value === undefined) return `is missing: it must be ${right}`;
  if (where === "query" && Array.isArray(value)) return `is given ${value.length} times; give it once`;
  return `is ${quote(value)} but must be ${right}`;
}

function rightOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return NOUNS[issue.expected] ?? issue.expected;
    case "invalid_value":
      return issue.values.map((value) => JSON.stringify(value)).join(" or ");
    case "too_small":
      return bound("at least", issue.minimum, issue.origin);
    case "too_big":
      return bound("at most", issue.maximum, issue.origin);
    default:
      return issue.message.replace(/^must be /, "");
  }
}

const NOUNS: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

function bound(word: string, limit: number | bigint, origin: string): string {
  const unit = { string: "character", array: "entry" }[origin];
  if (unit === undefined) return `${word} ${limit}`;
  const units = limit === 1 ? unit : unit === "entry" ? "entries" : `${unit}s`;
  return `${word} ${limit} ${units} long`;
}

function nameOf(path: PropertyKey[], where: FieldFault["in"]): string {
  return path.length === 0 ? `The ${where}` : `"${path.join(".")}"`;
}

function valueAt(given: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined,
    given,
  );
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
