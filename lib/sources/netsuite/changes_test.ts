import assert from "node:assert/strict";
import { changedFields } from "./changes.ts";

Deno.test("changedFields compares by meaning: references by id, absent as null, without links", () => {
  const before = {
    id: "107",
    links: [{ rel: "self" }],
    companyName: "ACME",
    currency: { links: [], id: "1", refName: "USD" },
    email: null,
    item: { count: 1, hasMore: false, items: [{ item: { id: "80", refName: "Bolt" }, quantity: 2, links: [] }] },
  };
  assert.deepEqual(changedFields(before, { ...before, links: [], currency: { id: "1" }, email: "" }).body, {});
  assert.deepEqual(changedFields(before, { item: { items: [{ quantity: 2, item: { id: 80 } }] } }).body, {});
  const changes = changedFields(before, {
    companyName: "ACME Ltd",
    currency: { id: "2" },
    email: undefined,
    item: { items: [{ item: { id: "80" }, quantity: 3 }] },
  });
  assert.deepEqual(Object.keys(changes.body), ["companyName", "currency", "item"]);
  assert.deepEqual(changes.sublists, ["item"]);
  assert.deepEqual(changedFields(before, { companyName: null }).body, { companyName: null }, "null clears");
});
