/** What the tables of expression operators are made of: kinds of operators, and checks of their arguments. */
import type { Maybe, Value } from "./bson.ts";
import { convert } from "./conversions.ts";
import { fail } from "./errors.ts";
import { isNum, type Num, wholeNumber } from "./numbers.ts";
import { typeName } from "./types.ts";

/** An operator whose arguments come in an array. */
export interface Positional {
  min: number;
  max: number;
  apply(args: Maybe[]): Maybe;
}
/** An operator whose arguments have names. */
export interface Named {
  fields: string[];
  apply(args: Record<string, Maybe>): Maybe;
}

export const named = (definition: Named): Named => definition;
export const isNone = (v: Maybe): v is null | undefined => v === undefined || v === null;
export const many = (apply: (args: Maybe[]) => Maybe, min = 0, max = Infinity): Positional => ({ min, max, apply });
export const one = (apply: (v: Maybe) => Maybe): Positional => ({ min: 1, max: 1, apply: ([v]) => apply(v) });
export const two = (apply: (a: Maybe, b: Maybe) => Maybe): Positional => ({
  min: 2,
  max: 2,
  apply: ([a, b]) => apply(a, b),
});
export const number = (op: string, v: Maybe): Num =>
  isNum(v) ? v : fail(14, `${op} only supports numeric types, not ${typeName(v)}`);
export const text = (op: string, v: Maybe): string =>
  isNone(v)
    ? ""
    : typeof v === "string"
    ? v
    : isNum(v) || v instanceof Date
    ? convert(v, "string") as string
    : fail(16007, `${op}: can't convert from BSON type ${typeName(v)} to String`);
export const strict = (op: string, v: Maybe): string =>
  typeof v === "string" ? v : fail(34471, `${op} requires a string argument, found: ${typeName(v)}`);
export const array = (op: string, v: Maybe): Value[] =>
  Array.isArray(v) ? v : fail(17124, `The argument to ${op} must be an array, but was of type: ${typeName(v)}`);
export const index = (op: string, v: Maybe): number =>
  wholeNumber(v) ?? fail(28690, `${op}: an index must be a whole number, found ${typeName(v)}`);
