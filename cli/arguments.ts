import { parseArgs } from "node:util";
import { UsageError } from "./exit.ts";

/** An option of a command. */
export interface Option {
  /** What stands for its value in the help; absent for a switch. */
  value?: string;
  /** May be given several times, or several values with commas. */
  isList?: true;
  help: string;
}

/** What a command takes. */
export interface Syntax {
  name: string;
  /** What it does, in one line. */
  summary: string;
  /** Names of options, from {@link OPTIONS}. */
  options: readonly OptionName[];
  /** An argument without a name, as the help has it. */
  argument?: string;
  /** More for `--help`. */
  notes?: string;
}

/** Every option there is. A name means the same in each command. */
export const OPTIONS = {
  stream: { value: "a,b", isList: true, help: "these streams only" },
  from: { value: "YYYY-MM-DD", help: "first business date" },
  to: { value: "YYYY-MM-DD", help: "last business date" },
  id: { value: "stream/key", isList: true, help: "these rows only" },
  all: { help: "every row" },
  "dry-run": { help: "read, check and report; write nothing" },
  "no-wait": { help: "ask for it and return at once" },
  work: { help: "work on it in this process too, whoever else does" },
  yes: { help: "do not ask back" },
  json: { help: "one JSON object a line, the result last" },
  help: { help: "this text" },
} as const satisfies Record<string, Option>;

/** The name of an option. */
export type OptionName = keyof typeof OPTIONS;

/** Other ways of writing an option that people try. */
const SAME: Record<string, OptionName | null> = { streams: "stream", ids: "id", wait: null };

/** What was given, checked by name. */
export interface Given {
  has(name: OptionName): boolean;
  /** The value of an option, null where it is not given. */
  one(name: OptionName): string | null;
  /** All values of a list. */
  list(name: OptionName): string[];
  argument: string | null;
}

/**
 * Reads the arguments of a command.
 *
 * @param given what stands after the command's name
 * @throws {UsageError} naming what is not known, and the nearest right name
 */
export function readArguments(syntax: Syntax, given: readonly string[]): Given {
  const names = [...syntax.options, "json", "help"] as OptionName[];
  const options: Record<string, { type: "string" | "boolean"; multiple: true; short?: string }> = {};
  const declare = (name: string, option: Option) => {
    options[name] = {
      type: option.value ? "string" : "boolean",
      multiple: true,
      ...(name === "help" ? { short: "h" } : {}),
    };
  };
  for (const name of names) declare(name, OPTIONS[name]);
  for (const [other, name] of Object.entries(SAME)) {
    if (name === null || names.includes(name)) declare(other, name ? OPTIONS[name] : { help: "" });
  }
  const { tokens } = parseArgs({ args: [...given], options, strict: false, allowPositionals: true, tokens: true });
  const values = new Map<OptionName, string[]>(), positional: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positional.push(token.value);
    if (token.kind !== "option") continue;
    if (!options[token.name]) throw unknownOption(token.rawName, names, syntax);
    const name = token.name in SAME ? SAME[token.name]! : token.name as OptionName;
    if (name === null) continue; // said the usual
    const option: Option = OPTIONS[name];
    if (option.value && (token.value === undefined || (!token.inlineValue && token.value.startsWith("-")))) {
      throw new UsageError(`${token.rawName} needs a value: ${token.rawName} ${option.value}`);
    }
    if (!option.value && token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`);
    const list = option.isList ? token.value!.split(",").map((one) => one.trim()).filter(Boolean) : [token.value ?? ""];
    if (option.isList && list.length === 0) {
      throw new UsageError(`${token.rawName} is empty: ${token.rawName} ${option.value}`);
    }
    if (!option.isList && option.value && values.has(name)) throw new UsageError(`${token.rawName} is given twice`);
    values.set(name, [...values.get(name) ?? [], ...list]);
  }
  if (positional.length > (syntax.argument ? 1 : 0)) {
    const extra = positional[syntax.argument ? 1 : 0]!;
    throw new UsageError(`"${extra}" is too much: ${usageOf(syntax)}`);
  }
  return {
    has: (name) => values.has(name),
    one: (name) => values.get(name)?.[0] ?? null,
    list: (name) => [...new Set(values.get(name))],
    argument: positional[0] ?? null,
  };
}

/** One line: how the command is written. */
export function usageOf({ name, argument, options }: Syntax): string {
  return [`deno task sync ${name}`, ...argument ? [`[${argument}]`] : [], ...options.length > 0 ? ["[options]"] : []]
    .join(" ");
}

/** The text of `--help`. */
export function helpOf(syntax: Syntax): string {
  const rows = [...syntax.options, "json" as const, "help" as const].map((name) => {
    const option: Option = OPTIONS[name];
    return [`--${name}${option.value ? ` ${option.value}` : ""}`, option.help] as const;
  });
  return [
    syntax.summary,
    "",
    `  ${usageOf(syntax)}`,
    "",
    ...aligned(rows),
    ...syntax.notes ? ["", syntax.notes] : [],
  ].join("\n");
}

/** Rows of two columns. */
export function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

/** The name among `known` that a mistyped one is nearest to, or null when none is near. */
export function nearest(typed: string, known: readonly string[]): string | null {
  const ranked = known.map((name) => ({ name, steps: stepsBetween(typed, name) })).sort((a, b) => a.steps - b.steps);
  const best = ranked[0];
  return best && best.steps <= Math.max(2, Math.ceil(best.name.length / 3)) ? best.name : null;
}

function unknownOption(raw: string, names: readonly string[], syntax: Syntax): UsageError {
  const near = nearest(raw.replace(/^-+/, ""), names);
  const known = names.map((name) => `--${name}`).join(" ");
  return new UsageError(`${syntax.name} knows no ${raw}${near ? `; did you mean --${near}?` : `: it knows ${known}`}`);
}

/** Letters to add, take away or change (Levenshtein). */
function stepsBetween(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    above = row;
  }
  return above[b.length]!;
}
