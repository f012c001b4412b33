import assert from "node:assert/strict";
import fc from "fast-check";
import { cleanLimits, intersect, isWithin, LIMIT_KINDS, type RowLimits } from "./limits.ts";
import { PERMISSIONS } from "./permissions.ts";
import { BUILT_IN_ROLES, can, covers, initialsOf, missing, narrowed } from "./roles.ts";
import { personWith } from "./testing.ts";

Deno.test("first grants: admin everything, nobody nothing, only admin and operator start runs", () => {
  for (const permission of PERMISSIONS) {
    assert.equal(can(personWith("admin"), permission), true);
    assert.equal(can(null, permission), false);
  }
  assert.equal(can(null, "rows:all"), false);
  assert.deepEqual(BUILT_IN_ROLES.filter((role) => can(personWith(role), "sync:run")), ["admin", "operator"]);
  assert.deepEqual(BUILT_IN_ROLES.filter((role) => !can(personWith(role), "data:export")), ["viewer"]);
  assert.equal(missing(personWith("viewer"), ["sync:view", "sync:run"]), "sync:run");
  assert.equal(missing(personWith("admin"), [...PERMISSIONS, "rows:all"]), null);
  assert.equal(missing(personWith("admin", { limits: { locations: [1] } }), ["sync:view", "rows:all"]), "rows:all");
});

Deno.test("narrowed and covers: nothing is ever gained, whatever is asked for", () => {
  const limits: fc.Arbitrary<RowLimits> = fc.record(
    Object.fromEntries(LIMIT_KINDS.map((kind) => [kind, fc.uniqueArray(fc.integer({ min: 1, max: 4 }))])),
    { requiredKeys: [] },
  );
  const grant = fc.record({ permissions: fc.subarray([...PERMISSIONS]), limits });
  fc.assert(fc.property(grant, grant, (own, wanted) => {
    const person = personWith("viewer", own);
    const less = narrowed(person, wanted);
    assert.ok(covers(person, less), "more than the own rights");
    assert.ok(covers(wanted, less), "more than the other role");
    if (covers(person, wanted)) assert.deepEqual(new Set(less.permissions), new Set(wanted.permissions));
    const both = intersect(own.limits, wanted.limits);
    assert.ok(isWithin(both, own.limits) && isWithin(both, wanted.limits));
    assert.deepEqual(cleanLimits(cleanLimits(both)), cleanLimits(both));
  }));
});

Deno.test("covers: neither a permission nor a row more", () => {
  const own = { permissions: ["sales:view", "sync:view"], limits: { subsidiaries: [1, 2] } } as const;
  const table: [wanted: Parameters<typeof covers>[1], isCovered: boolean][] = [
    [own, true],
    [{ permissions: ["sales:view"], limits: { subsidiaries: [2], locations: [7] } }, true],
    [{ permissions: [], limits: { subsidiaries: [] } }, true],
    [{ permissions: ["sales:view", "sync:run"], limits: own.limits }, false],
    [{ permissions: ["sales:view"], limits: {} }, false],
    [{ permissions: ["sales:view"], limits: { subsidiaries: [1, 3] } }, false],
    [{ permissions: [], limits: { locations: [1] } }, false],
  ];
  for (const [wanted, isCovered] of table) assert.equal(covers(own, wanted), isCovered, JSON.stringify(wanted));
});

Deno.test("cleanLimits: what cannot be read allows nothing", () => {
  assert.deepEqual(
    cleanLimits({ subsidiaries: "1", locations: [3, 2, 3, "4", { $gt: 0 }], other: [1], departments: null }),
    {
      subsidiaries: [],
      locations: [2, 3],
    },
  );
  assert.deepEqual(cleanLimits(null), {});
});

Deno.test("initialsOf takes first and last word, else the address", () => {
  assert.equal(initialsOf("Laura Maria Meier", "x@example.com"), "LM");
  assert.equal(initialsOf(" plato ", "x@example.com"), "P");
  assert.equal(initialsOf("", "zoe@example.com"), "Z");
});
