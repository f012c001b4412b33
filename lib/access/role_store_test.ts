import assert from "node:assert/strict";
import { openTestStore } from "../store/testing.ts";
import { openAudit } from "./audit.ts";
import { PERMISSIONS } from "./permissions.ts";
import { openRoles } from "./role_store.ts";
import { BUILT_IN_ROLES, FIRST_GRANTS } from "./roles.ts";
import { personWith } from "./testing.ts";

const SECRET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEF";
const now = () => new Date("2026-11-24T10:00:00Z");
const admin = personWith("admin");
const code = (code: string) => ({ code });

Deno.test("openRoles makes the built-in roles once, however many processes start, and keeps what was changed", async () => {
  await using store = await openTestStore();
  const [roles] = await Promise.all(
    Array.from({ length: 4 }, async () => openRoles(store, now, await openAudit(store, SECRET, now))),
  );
  for (const id of BUILT_IN_ROLES) {
    assert.deepEqual(new Set((await roles!.grantOf(id))!.permissions), new Set(FIRST_GRANTS[id]), id);
  }
  assert.deepEqual((await roles!.list()).map((role) => role.name), [
    "Admin",
    "Operator",
    "Manager",
    "Analyst",
    "Viewer",
  ]);
  const versions = new Map([["viewer", (await roles!.find("viewer"))!.version]]);
  await roles!.change([{ role: "viewer", permission: "sync:view", allowed: false }], versions, admin);
  const again = await openRoles(store, now, await openAudit(store, SECRET, now));
  assert.deepEqual((await again.grantOf("viewer"))!.permissions, ["sales:view"], "a start must not give it back");

  // a permission that did not exist when the role was last looked at is granted once
  const documents = store.collection<{ _id: string; known: string[] }>("access_roles");
  await documents.updateOne({ _id: "manager" }, {
    $pull: { known: "data:export", permissions: "data:export" } as never,
  });
  await openRoles(store, now, await openAudit(store, SECRET, now));
  assert.ok((await again.grantOf("manager"))!.permissions.includes("data:export"));
});

Deno.test("roles: made, cloned, renamed, limited and removed; names differ by more than case", async () => {
  await using store = await openTestStore();
  const roles = await openRoles(store, now, await openAudit(store, SECRET, now));
  const made = await roles.create({ name: "  Warehouse   lead " }, admin);
  assert.deepEqual([made.id, made.name, made.permissions, made.people], ["warehouse-lead", "Warehouse lead", [], 0]);
  await assert.rejects(roles.create({ name: "warehouse LEAD" }, admin), code("role_taken"));
  await assert.rejects(roles.create({ name: " " }, admin), code("bad_role"));
  await assert.rejects(roles.create({ name: "x".repeat(61) }, admin), code("bad_role"));
  assert.match((await roles.create({ name: "Warehouse-lead!" }, admin)).id, /^warehouse-lead-/);
  assert.match((await roles.create({ name: "倉庫" }, admin)).id, /^role-/);

  const limits = { locations: [7, 3] };
  const described = await roles.describe(made.id, { name: "Warehouse", limits, version: made.version }, admin);
  assert.deepEqual([described.name, described.limits], ["Warehouse", { locations: [3, 7] }]);
  await assert.rejects(
    roles.describe(made.id, { name: "Old", limits: {}, version: made.version }, admin),
    code("role_changed"),
  );
  await assert.rejects(
    roles.describe(made.id, { name: "viewer", limits, version: described.version }, admin),
    code("role_taken"),
  );
  const clone = await roles.create({ name: "Reno", from: made.id }, admin);
  assert.deepEqual(clone.limits, { locations: [3, 7] });

  await roles.remove(clone.id, admin);
  assert.equal(await roles.find(clone.id), null);
  await assert.rejects(roles.remove(clone.id, admin), code("unknown_role"));
  await assert.rejects(roles.remove("viewer", admin), code("role_built_in"));
  await store.collection("access_people").insertOne({ role: made.id });
  await assert.rejects(roles.remove(made.id, admin), {
    code: "role_in_use",
    message: /1 person has the role Warehouse/,
  });
});

Deno.test("the matrix: versions guard against what one has not seen; Admin is fixed; all or nothing", async () => {
  await using store = await openTestStore();
  const roles = await openRoles(store, now, await openAudit(store, SECRET, now));
  const versions = new Map((await roles.list()).map((role) => [role.id, role.version]));
  const cell = (role: string, allowed: boolean) => ({ role, permission: "audit:view" as const, allowed });
  const [manager] = await roles.change([cell("manager", true)], versions, admin);
  assert.ok(manager!.permissions.includes("audit:view"));
  await assert.rejects(
    roles.change([cell("viewer", true), cell("manager", false)], versions, admin),
    code("role_changed"),
  );
  assert.ok(!(await roles.grantOf("viewer"))!.permissions.includes("audit:view"), "half a change was written");
  await assert.rejects(
    roles.change([{ role: "admin", permission: "roles:manage", allowed: false }], versions, admin),
    { code: "role_fixed", message: /roles:manage/ },
  );
  await store.collection<{ _id: string }>("access_roles").updateOne({ _id: "admin" }, {
    $set: { permissions: [], limits: { subsidiaries: [] } },
  });
  assert.deepEqual(await roles.grantOf("admin"), { name: "Admin", permissions: PERMISSIONS, limits: {} });
});

Deno.test("nobody gives or takes rights beyond their own, neither permissions nor rows", async () => {
  await using store = await openTestStore();
  const roles = await openRoles(store, now, await openAudit(store, SECRET, now));
  const versions = new Map((await roles.list()).map((role) => [role.id, role.version]));
  const boss = personWith("viewer", { permissions: ["sales:view", "roles:manage"], limits: { subsidiaries: [1] } });
  const beyond = code("beyond_own_rights");
  await assert.rejects(
    roles.change([{ role: "viewer", permission: "audit:view", allowed: true }], versions, boss),
    beyond,
  );
  await assert.rejects(
    roles.change([{ role: "operator", permission: "sync:run", allowed: false }], versions, boss),
    beyond,
  );
  await assert.rejects(
    roles.change([{ role: "viewer", permission: "sales:view", allowed: false }], versions, boss),
    beyond,
    "a permission of one's own, for a role that shows more rows",
  );
  const clerk = personWith("viewer", { permissions: ["sales:view", "roles:manage"] });
  const operator = { name: "Operator", limits: { subsidiaries: [1] }, version: versions.get("operator")! };
  await assert.rejects(roles.describe("operator", operator, clerk), beyond, "rows of a role with more permissions");
  await assert.rejects(roles.create({ name: "Mine", from: "viewer" }, boss), beyond, "viewer sees all rows");
  const made = await roles.create({ name: "Mine" }, boss);
  assert.deepEqual(made.limits, { subsidiaries: [1] }, "a new role sees what its maker sees");
  await assert.rejects(roles.describe(made.id, { name: "Mine", limits: {}, version: made.version }, boss), beyond);
  const other = { subsidiaries: [1, 2] };
  await assert.rejects(roles.describe(made.id, { name: "Mine", limits: other, version: made.version }, boss), beyond);
  const less = { subsidiaries: [1], locations: [4] };
  assert.deepEqual(
    (await roles.describe(made.id, { name: "Mine", limits: less, version: made.version }, boss)).limits,
    less,
  );
});
