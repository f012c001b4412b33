import assert from "node:assert/strict";
import type { Person } from "../../lib/access/roles.ts";
import { isRuled } from "../../lib/access/rules.ts";
import { personWith } from "../../lib/access/testing.ts";
import { NAVIGATION } from "../navigation.ts";
import { matching } from "./matching.ts";
import { targetsOf } from "./places.ts";

const hrefs = (person: Person) => targetsOf(person).map(({ href }) => href);

Deno.test("the search offers what a person may open and nothing else", () => {
  const all = hrefs(personWith("admin"));
  for (const href of all) assert.ok(isRuled(href), `${href} is a page`);
  for (const place of NAVIGATION.flatMap(({ places }) => places)) assert.ok(all.includes(place.href), place.href);
  assert.ok(all.includes("/admin/roles/new"));
  assert.ok(!hrefs(personWith("viewer")).some((href) => href.startsWith("/admin") || href === "/sync/start"));
  const limited = hrefs(personWith("operator", { limits: { subsidiaries: [1] } }));
  assert.ok(limited.includes("/sync/runs") && !limited.includes("/sync/quarantine"), "quarantine needs all rows");
});

Deno.test("matching wants every word, in any order, also of other names, and the beginning first", () => {
  const targets = targetsOf(personWith("admin"));
  const labels = (typed: string) => matching(targets, typed).map(({ label }) => label);
  assert.equal(matching(targets, " ").length, targets.length);
  assert.deepEqual(labels("DRIFT schema"), ["Changes of tables and columns"]);
  assert.equal(labels("s")[0]!.toLowerCase()[0], "s");
  assert.deepEqual(labels("nothing of the kind"), []);
});
