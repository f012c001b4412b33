import assert from "node:assert/strict";
import { openTestStore, type TestStore } from "../store/testing.ts";
import { type Access, openAccess } from "./access.ts";
import { personWith } from "./testing.ts";

const config = {
  publicUrl: null,
  appSecret: "0123456789abcdefghijklmnopqrstuvwxyzABCDEF",
  adminEmail: null,
  adminPassword: null,
  port: 8000,
};
const PASSWORD = "correct horse battery";
const code = (code: string) => ({ code });

function onAccess(name: string, body: (access: Access, store: TestStore) => Promise<void>) {
  Deno.test(name, async () => {
    await using store = await openTestStore();
    await body(await openAccess({ config, store }), store);
  });
}

const person = (access: Access, name: string, role: string) =>
  access.createPerson({ name, email: `${name.toLowerCase()}@example.com`, password: PASSWORD, role });

async function signedIn(access: Access, name: string): Promise<Headers> {
  const result = await access.signIn({
    email: `${name}@example.com`,
    password: PASSWORD,
    remember: false,
    address: `198.51.100.${Math.ceil(Math.random() * 250)}`,
    userAgent: "Test/1",
  });
  assert.equal(result.outcome, "done");
  return new Headers({
    cookie: result.outcome === "done" ? result.cookies.map((c) => c.split(";")[0]).join("; ") : "",
  });
}

onAccess(
  "people: listed with role and sessions; a new role counts at the next request; sessions end at once",
  async (access) => {
    const ada = await person(access, "Ada", "admin");
    const bob = await person(access, "Bob", "viewer");
    const cookie = await signedIn(access, "bob");
    await signedIn(access, "bob");
    const listed = await access.people.list();
    assert.deepEqual(listed.map(({ name, roleName, sessions, isOn }) => [name, roleName, sessions, isOn]), [
      ["Ada", "Admin", 0, true],
      ["Bob", "Viewer", 2, true],
    ]);
    const changed = await access.people.changeRole(bob.id, "operator", ada);
    assert.equal(changed.roleName, "Operator");
    assert.ok((await access.person(cookie))!.permissions.includes("sync:run"));
    const [session] = await access.people.sessionsOf(bob.id);
    assert.equal(session!.userAgent, "Test/1");
    assert.match(session!.address!, /^198\.51\.100\./);
    assert.equal(await access.people.endSessions(bob.id, session!.id, ada), 1);
    assert.equal(await access.people.endSessions(bob.id, "not an id", ada), 0);
    assert.equal(await access.people.endSessions(bob.id, "all", ada), 1);
    assert.equal(await access.person(cookie), null);
    for (const wrong of ["", "x", "0".repeat(24)]) {
      assert.equal(await access.people.find(wrong), null);
      await assert.rejects(access.people.changeRole(wrong, "viewer", ada), code("unknown_person"));
    }
    await assert.rejects(access.people.changeRole(bob.id, "emperor", ada), code("unknown_role"));
  },
);

onAccess(
  "there is always an admin: the last one keeps the role and the account, also when all are demoted at once",
  async (access) => {
    const admins = await Promise.all(["Ada", "Bob", "Cyd"].map((name) => person(access, name, "admin")));
    const [ada, bob] = admins as [typeof admins[0], typeof admins[0]];
    await assert.rejects(access.people.switchTo(ada!.id, false, ada!), code("own_account"));
    const tries = await Promise.allSettled(
      admins.map((one, i) => access.people.changeRole(one.id, "viewer", admins[(i + 1) % 3]!)),
    );
    assert.deepEqual(tries.map((one) => one.status).sort(), ["fulfilled", "fulfilled", "rejected"]);
    const left = (await access.people.list()).filter((one) => one.role === "admin");
    assert.equal(left.length, 1);
    const only = left[0]!;
    const boss = personWith("admin", { id: "f".repeat(24) });
    await assert.rejects(access.people.switchTo(only.id, false, boss), { code: "last_admin", message: /last admin/ });
    await assert.rejects(access.people.changeRole(only.id, "viewer", boss), code("last_admin"));
    // one who is switched off does not count
    const other = only.id === bob!.id ? ada! : bob!;
    await access.people.changeRole(other.id, "admin", boss);
    await access.people.switchTo(other.id, false, boss);
    await assert.rejects(access.people.changeRole(only.id, "viewer", boss), code("last_admin"));
  },
);

onAccess(
  "switched off: sessions and keys are worth nothing at once; switched on: they may sign in again",
  async (access) => {
    const ada = await person(access, "Ada", "admin");
    const bob = await person(access, "Bob", "analyst");
    const cookie = await signedIn(access, "bob");
    const { text } = await access.keys.create({ name: "k", scopes: ["sales:view"], days: 1, perMinute: 10 }, bob);
    assert.equal((await access.keys.use(text)).outcome, "done");
    assert.equal((await access.people.switchTo(bob.id, false, ada)).isOn, false);
    assert.equal(await access.person(cookie), null);
    assert.equal((await access.keys.use(text)).outcome, "wrong");
    assert.equal((await access.people.switchTo(bob.id, true, ada)).isOn, true);
    assert.equal(await access.person(cookie), null, "old sessions stay ended");
    await signedIn(access, "bob");
  },
);

onAccess(
  "users:manage is no way to more rights: neither for oneself, nor over somebody who has more",
  async (access) => {
    const ada = await person(access, "Ada", "admin");
    const eve = await person(access, "Eve", "viewer");
    await person(access, "Zoe", "admin");
    const clerk = { ...eve, permissions: ["sales:view", "sync:view", "users:manage"] as const };
    const beyond = code("beyond_own_rights");
    await assert.rejects(access.people.changeRole(eve.id, "admin", clerk), beyond);
    await assert.rejects(access.people.changeRole(ada.id, "viewer", clerk), beyond);
    await assert.rejects(access.people.switchTo(ada.id, false, clerk), beyond);
    await assert.rejects(access.people.endSessions(ada.id, "all", clerk), beyond);
  },
);

onAccess("see as a role: rights shrink to what both have, for those who manage roles only", async (access) => {
  await person(access, "Ada", "admin");
  await person(access, "Bob", "viewer");
  const through = (headers: Headers, role: string) =>
    access.person(new Headers({ cookie: `${headers.get("cookie")}; see-as=${role}` }));
  const ada = await signedIn(access, "ada");
  const seen = (await through(ada, "viewer"))!;
  assert.deepEqual(seen.seesAs, { id: "viewer", name: "Viewer" });
  assert.deepEqual(new Set(seen.permissions), new Set(["sales:view", "sync:view"]));
  assert.equal((await through(ada, "nothing"))!.seesAs, null);
  const bob = await through(await signedIn(access, "bob"), "admin");
  assert.deepEqual([bob!.seesAs, bob!.permissions.length], [null, 2]);

  // who manages roles and sees some rows only gains nothing by looking through a role with more
  const admin = personWith("admin", { id: "x", name: "Ada" });
  const desk = await access.roles.create({ name: "Desk" }, admin);
  const rights = [["sales:view", true], ["roles:manage", true]] as const;
  const changes = rights.map(([permission, allowed]) => ({ role: desk.id, permission, allowed }));
  const [changed] = await access.roles.change(changes, new Map([[desk.id, desk.version]]), admin);
  await access.roles.describe(
    desk.id,
    { name: "Desk", limits: { subsidiaries: [1] }, version: changed!.version },
    admin,
  );
  await person(access, "Cid", desk.id);
  const cid = (await through(await signedIn(access, "cid"), "admin"))!;
  assert.deepEqual([cid.seesAs?.id, new Set(cid.permissions)], ["admin", new Set(["sales:view", "roles:manage"])]);
  assert.deepEqual(cid.limits, { subsidiaries: [1] });
});
