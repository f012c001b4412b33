/** The stage that reads a second collection. */
import { type Doc, doc, isDoc, type Maybe, Regex, type Value } from "./bson.ts";
import { compilePipeline, type Docs, type StageMaker } from "./aggregate.ts";
import { fail } from "./errors.ts";
import { compileExpression, type Scope } from "./expressions.ts";
import { identity } from "./order.ts";
import { partsOf, readsOfAll, setAt, valueAt } from "./paths.ts";
import { typeName } from "./types.ts";

const OPTIONS = ["from", "localField", "foreignField", "let", "pipeline", "as"];
const text = (v: Maybe, name: string): string =>
  typeof v === "string" ? v : fail(4570, `$lookup argument '${name}' must be a string, is type ${typeName(v)}`);

/** `$lookup`, by equality of fields, by a pipeline, or by both. */
export const lookup: StageMaker = (arg, scope, other) => {
  if (!isDoc(arg)) return fail(9, `the $lookup stage specification must be an object, but found ${typeName(arg)}`);
  for (const name of arg.keys()) if (!OPTIONS.includes(name)) fail(9, `unknown argument to $lookup: ${name}`);
  if (!other) return fail(72, "$lookup is not allowed here");
  const from = text(arg.get("from"), "from"), as = partsOf(text(arg.get("as"), "as"));
  const joins = arg.has("localField"), pipeline = arg.get("pipeline");
  if (joins !== arg.has("foreignField")) {
    fail(9, "$lookup requires both or neither of 'localField' and 'foreignField' to be specified");
  }
  if (!joins && !pipeline) {
    fail(9, "$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified");
  }
  if (pipeline !== undefined && !Array.isArray(pipeline)) {
    return fail(9, "'pipeline' option must be specified as an array");
  }
  const local = joins ? partsOf(text(arg.get("localField"), "localField")) : [],
    foreign = joins ? text(arg.get("foreignField"), "foreignField") : "";
  const given = arg.get("let") ?? new Map();
  if (!isDoc(given)) return fail(9, "$lookup argument 'let' must be an object");
  const lets = [...given].map(([name, v]) => [name, compileExpression(v, scope)] as const);
  const inner: Scope = { values: scope.values, names: new Set([...scope.names, ...given.keys()]) };
  const stages = (pipeline ?? []) as Value[];
  const read = (d: Doc): Doc[] => {
    const values = { ...scope.values, ...Object.fromEntries(lets.map(([name, e]) => [name, e.run(d, scope.values)])) };
    const first = joins ? [doc({ $match: equalTo(foreign, valueAt(d, local)) })] : [];
    return [...other(from, [...first, ...stages], { values, names: inner.names })];
  };
  compilePipeline(stages, inner, other); // wrong stages are refused even when no document comes
  const run = function* (input: Docs): Docs {
    const known = new Map<unknown, Doc[]>(); // many orders have the same customer: each is looked up once
    for (const d of input) {
      const at = joins && !lets.length ? identity(valueAt(d, local) ?? null) : undefined;
      let found = at === undefined ? undefined : known.get(at);
      if (!found) {
        found = read(d);
        if (at !== undefined && known.size < 10_000) known.set(at, found);
      }
      const out = new Map(d);
      if (as.length > 1 && isDoc(out.get(as[0]!))) out.set(as[0]!, new Map(out.get(as[0]!) as Doc));
      setAt(out, as, found);
      yield out;
    }
  };
  const reads = readsOfAll([new Set(joins ? [local.join(".")] : []), ...lets.map(([, e]) => e.paths)]);
  return { run, reads, closes: false };
};

/** The filter of an equality join: missing joins null, an array joins each of its elements. */
function equalTo(path: string, v: Maybe): Doc {
  const value = v === undefined ? null : v;
  if (Array.isArray(value)) return doc({ [path]: doc({ $in: value.filter((e) => !(e instanceof Regex)) }) });
  return new Map([[path, doc({ $eq: value })]]);
}
