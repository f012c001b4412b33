import assert from "node:assert/strict";
import { can, initialsOf, missing, PERMISSIONS, type Person, type Role, ROLES } from "./roles.ts";
import { type Need, needOf } from "./rules.ts";

const withRole = (role: Role): Person => ({ id: "1", name: "A", email: "a@example.com", role, initials: "A" });

Deno.test("needOf finds the longest rule, by method, and closes what no rule names", () => {
  const table: [method: string, route: string, need: Need][] = [
    ["GET", "/", []],
    ["GET", "/sign-in", "public"],
    ["GET", "/setup/:token", "public"],
    ["POST", "/api/auth/:path*", "public"],
    ["GET", "/api/v1/:path*", []],
    ["GET", "/sync", ["sync:view"]],
    ["GET", "/sync/runs/:id", ["sync:view"]],
    ["GET", "/sync/check", ["sync:view", "sync:run"]],
    ["POST", "/sync/runs", ["sync:view", "sync:run"]],
    ["GET", "/sales", ["sales:view"]],
    ["GET", "/sales/export.csv", ["sales:view", "data:export"]],
    ["GET", "/sales/records", ["sales:view"]],
    ["GET", "/salesforce", "unlisted"],
    ["GET", "/admin/users", "unlisted"],
    ["GET", "/sign-in-as", "unlisted"],
    ["GET", "/:any*", "unlisted"],
  ];
  for (const [method, route, need] of table) assert.deepEqual(needOf(method, route), need, `${method} ${route}`);
});

Deno.test("roles: admin may everything, nobody may nothing, only admin and operator start runs", () => {
  for (const permission of PERMISSIONS) {
    assert.equal(can(withRole("admin"), permission), true);
    assert.equal(can(null, permission), false);
  }
  assert.deepEqual(ROLES.filter((role) => can(withRole(role), "sync:run")), ["admin", "operator"]);
  assert.deepEqual(ROLES.filter((role) => !can(withRole(role), "data:export")), ["viewer"]);
  assert.equal(missing(withRole("viewer"), ["sync:view", "sync:run"]), "sync:run");
  assert.equal(missing(withRole("admin"), PERMISSIONS), null);
});

Deno.test("initialsOf takes first and last word, else the address", () => {
  assert.equal(initialsOf("Laura Maria Meier", "x@example.com"), "LM");
  assert.equal(initialsOf(" plato ", "x@example.com"), "P");
  assert.equal(initialsOf("", "zoe@example.com"), "Z");
});
