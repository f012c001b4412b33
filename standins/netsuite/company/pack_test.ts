import { strict as assert } from "node:assert";
import { gunzipSync } from "fflate";
import { openArchive } from "./archive.ts";
import { formatCsv } from "./csv.ts";
import { pack, RECIPES } from "./pack.ts";

/** Source tables with one row each, an extra column in front, and cells that need quoting. */
function sources(leaveOut?: string): (name: string) => Uint8Array {
  const columns = new Map(Object.values(RECIPES).map((recipe) => [recipe.from, recipe.columns]));
  return (name) => {
    const wanted = columns.get(name)!.filter((column) => `${name}.${column}` !== leaveOut);
    const text = formatCsv(["rowguid", ...wanted], [[
      "x",
      ...wanted.map((column) => column === "Name" ? 'a "b", c' : "7"),
    ]]);
    return new TextEncoder().encode(text);
  };
}

Deno.test("pack keeps the wanted columns, verbatim, and gives the same bytes each time", () => {
  const [first, again] = [pack(sources()), pack(sources())];
  assert.deepEqual([...first.keys()], Object.keys(RECIPES).map((name) => `${name}.csv.gz`));
  for (const [name, bytes] of first) assert.deepEqual(bytes, again.get(name));
  const text = new TextDecoder().decode(gunzipSync(first.get("shipmethod.csv.gz")!));
  assert.equal(text, 'ShipMethodID,Name\n7,"a ""b"", c"\n');
  assert.deepEqual([...first.get("shipmethod.csv.gz")!.slice(4, 8)], [0, 0, 0, 0], "no time stamp in the gzip header");
});

Deno.test("pack says which column a source lacks", () => {
  assert.throws(
    () => pack(sources("aw_vendor.ActiveFlag")),
    /Cannot pack vendor: "aw_vendor.csv" has no column "ActiveFlag"/,
  );
});

Deno.test("the archive has every table of the recipes with just their columns, and stays small", () => {
  const archive = openArchive();
  let bytes = 0;
  for (const [name, recipe] of Object.entries(RECIPES)) {
    const table = archive(name);
    assert.ok(table.rows.length > 0, name);
    assert.deepEqual(recipe.columns.map(table.at), recipe.columns.map((_, index) => index), name);
    bytes += Deno.statSync(new URL(`./data/${name}.csv.gz`, import.meta.url)).size;
  }
  assert.ok(bytes < 6_000_000);
  assert.throws(() => archive("product").at("Colour"), /no column "Colour"/);
});
