import assert from "node:assert/strict";
import { ALL_ROWS, Scope, scopeOf } from "../access/scope.ts";
import { personWith } from "../access/testing.ts";
import { STREAMS } from "../streams/registry.ts";
import { rowFilter } from "./rows.ts";

/** Who reads collections for answers to people, and why each of them shows nobody another's rows. */
const READERS: Record<string, string> = {
  "lib/reports/limit_choices.ts": "what roles can be limited to, by rowFilter",
  "lib/reports/as_of.ts": "watermarks of streams, no rows",
  "lib/reports/directory.ts": "names, of which a report shows those of its own rows",
  "lib/reports/sales_names.ts": "names, of which a report shows those of its own rows",
  "lib/reports/sales.ts": "currencies; departments and subsidiaries by rowFilter",
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

Deno.test("rowFilter: all rows without limits, nothing of a stream that nobody described", () => {
  for (const { name } of STREAMS) assert.deepEqual(rowFilter(ALL_ROWS, name), {}, name);
  const limited = scopeOf(personWith("viewer", { limits: { subsidiaries: [2], salesReps: [7] } }));
  const nothing = { _id: { $in: [] } };
  assert.deepEqual(rowFilter(limited, "transactions"), {
    $and: [{ subsidiary: { $in: [2] } }, { employee: { $in: [7] } }],
  });
  assert.deepEqual(rowFilter(limited, "customers"), nothing, "a customer has no subsidiary to go by");
  assert.deepEqual(rowFilter(limited, "vendors"), nothing);
  assert.deepEqual(rowFilter(limited, "a_stream_to_come"), nothing);
  assert.deepEqual(rowFilter(limited, "subsidiaries"), { _id: { $in: [2] } });
  assert.deepEqual(rowFilter(limited, "items"), {});
  assert.deepEqual(rowFilter(scopeOf(null), "transactions"), { subsidiary: { $in: [] } });
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
