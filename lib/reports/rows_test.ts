import assert from "node:assert/strict";
import { ALL_ROWS, Scope, scopeOf } from "../access/scope.ts";
import { personWith } from "../access/testing.ts";
import { streamNamed, STREAMS } from "../streams/registry.ts";
import { ROW_RULES, type RowRule } from "./row_rules.ts";
import { rowFilter, rowStages } from "./rows.ts";

/** Who reads collections for answers to people, and why each of them shows nobody another's rows. */
const READERS: Record<string, string> = {
  "lib/reports/limit_choices.ts": "what roles can be limited to, by rowFilter",
  "lib/reports/as_of.ts": "watermarks of streams, no rows",
  "lib/reports/directory.ts": "names, of which a report shows those of its own rows",
  "lib/reports/sales_names.ts": "names, of which a report shows those of its own rows",
  "lib/reports/sales.ts": "currencies; departments and subsidiaries by rowFilter",
  "lib/reports/search.ts": "customers and items by rowStages",
  "lib/reports/sales_records.ts": "currencies; transactions by rowFilter and visibleLines",
};

Deno.test("no page, report or API route reads a collection of its own accord", async () => {
  const found: string[] = [];
  for (const room of ["lib/reports", "lib/insights", "lib/api", "routes", "components", "islands"]) {
    for await (const file of sourcesBelow(room)) {
      if (
        /\.collection\s*[(<]|\.db\.collection|bookedOrders\(|sales(Days|Parts)Of\(/.test(
          await Deno.readTextFile(rootOf(file)),
        )
      ) {
        found.push(file);
      }
    }
  }
  // sales_source.ts and sales_read.ts are the way of the scope into the mart
  const allowed = [...Object.keys(READERS), "lib/reports/sales_source.ts", "lib/reports/sales_read.ts"].sort();
  assert.deepEqual(
    found.sort(),
    allowed,
    "whoever reads documents takes a Scope and joins rowFilter(scope, stream) to the condition; then name it here",
  );
});

Deno.test("every stream has a decision on whose its rows are, and no decision is left over", () => {
  assert.deepEqual(
    Object.keys(ROW_RULES).sort(),
    STREAMS.map(({ name }) => name).sort(),
    "decide in row_rules.ts by which field or parent each kind of limit finds the rows of the stream",
  );
  const fieldsOf = (name: string) => {
    const { columns, shape, children } = streamNamed(name);
    const empty = Object.fromEntries(
      [...Object.keys(columns), ...(children ? [children.field] : [])].map((f) => [f, null]),
    );
    return new Set(["_id", ...Object.keys(shape(children ? { ...empty, [children.field]: [] } : empty))]);
  };
  for (const [name, rule] of Object.entries(ROW_RULES) as [string, RowRule][]) {
    const own = fieldsOf(name);
    for (const way of Object.values(rule.limits)) {
      if (way !== "all") assert.ok(own.has(way.field), `${name}.${way.field}`);
    }
    for (const { field, of, key = "_id" } of rule.parents ?? []) {
      assert.ok(own.has(field), `${name}.${field}`);
      for (const parent of of) assert.ok(fieldsOf(parent).has(key), `${parent}.${key}`);
    }
    for (const field of rule.sums?.fields ?? []) assert.ok(own.has(field), `${name}.${field}`);
  }
});

Deno.test("rowFilter and rowStages: all rows without limits, nothing of a stream that nobody decided on", () => {
  for (const { name } of STREAMS) assert.deepEqual(rowStages(ALL_ROWS, name), [], name);
  assert.deepEqual(rowFilter(ALL_ROWS, "transactions"), {});
  const limited = scopeOf(personWith("viewer", { limits: { subsidiaries: [2], salesReps: [7] } }));
  const nothing = { _id: { $in: [] } };
  assert.deepEqual(rowFilter(limited, "transactions"), {
    $and: [{ subsidiary: { $in: [2] } }, { employee: { $in: [7] } }],
  });
  assert.deepEqual(rowStages(limited, "a_stream_to_come"), [{ $match: nothing }]);
  assert.deepEqual(rowStages(limited, "constructor"), [{ $match: nothing }]);
  assert.deepEqual(rowFilter(limited, "subsidiaries"), { _id: { $in: [2] } });
  assert.deepEqual(rowStages(limited, "currencies"), []);
  for (const { name } of STREAMS) assert.deepEqual(rowStages(scopeOf(null), name), [{ $match: nothing }], name);
});

Deno.test("a scope comes from a person and from nowhere else", () => {
  assert.throws(() => new Scope({}, Symbol("scope")), TypeError);
});

const rootOf = (path: string) => new URL(`../../${path}`, import.meta.url);

async function* sourcesBelow(folder: string): AsyncGenerator<string> {
  try {
    for await (const { name, isDirectory } of Deno.readDir(rootOf(`${folder}/`))) {
      if (isDirectory) yield* sourcesBelow(`${folder}/${name}`);
      else if (/\.tsx?$/.test(name) && !/_test\.tsx?$/.test(name)) yield `${folder}/${name}`;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // a room that is not built yet
  }
}
