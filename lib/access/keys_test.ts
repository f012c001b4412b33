import assert from "node:assert/strict";
import { openTestStore } from "../store/testing.ts";
import { openAudit } from "./audit.ts";
import { type Keys, openKeys } from "./keys.ts";
import type { Person } from "./roles.ts";
import { personWith } from "./testing.ts";

const SECRET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEF";
const NEW = { name: "Nightly export", scopes: ["sales:view"], days: 30, perMinute: 100 };

function onKeys(
  name: string,
  body: (it: {
    keys: Keys;
    clock: { now: Date };
    owners: Map<string, Person>;
    dump: () => Promise<string>;
    again: () => Promise<Keys>;
  }) => Promise<void>,
) {
  Deno.test(name, async () => {
    await using store = await openTestStore();
    // far ahead: a database clears what has ended by its own clock
    const clock = { now: new Date("2126-11-24T10:00:10Z") };
    const now = () => clock.now;
    const owners = new Map<string, Person>();
    const audit = await openAudit(store, SECRET, now);
    const again = () => openKeys(store, (id) => Promise.resolve(owners.get(id) ?? null), audit, now);
    const dump = async () => {
      const all = await Promise.all(
        (await store.db.listCollections().toArray()).map(({ name }) => store.collection(name).find().toArray()),
      );
      return JSON.stringify(all);
    };
    await body({ keys: await again(), clock, owners, dump, again });
  });
}

const refusal = async (keys: Keys, text: string) => (await keys.use(text)).outcome;

onKeys(
  "a key: shown once, stored as a hash, speaks for its owner with its scopes only",
  async ({ keys, owners, dump, clock }) => {
    const ada = personWith("analyst", { id: "ada", limits: { subsidiaries: [1] } });
    owners.set("ada", ada);
    const { key, text } = await keys.create({ ...NEW, name: " Nightly   export " }, ada);
    assert.match(text, /^tm_[A-Za-z0-9_-]{43}$/);
    assert.deepEqual([key.name, key.prefix, key.state, key.lastUsedAt], [
      "Nightly export",
      text.slice(0, 9),
      "usable",
      null,
    ]);
    assert.ok(!(await dump()).includes(text.slice(9)), "the key is in the database");
    const used = await keys.use(text);
    assert.ok(used.outcome === "done");
    assert.deepEqual(used.person.permissions, ["sales:view"]);
    assert.deepEqual([used.person.limits, used.person.key], [{ subsidiaries: [1] }, {
      id: key.id,
      name: "Nightly export",
    }]);
    assert.equal((await keys.list("ada"))[0]!.lastUsedAt, clock.now.toISOString());
    for (const wrong of ["", "tm_", text.slice(0, -1), `${text.slice(0, -1)}!`, text.toLowerCase(), `x${text}`]) {
      if (wrong !== text) assert.equal(await refusal(keys, wrong), "wrong", wrong);
    }
  },
);

onKeys("scopes are never more than the owner's rights, at the making and at every use", async ({ keys, owners }) => {
  const ada = personWith("analyst", { id: "ada" });
  owners.set("ada", ada);
  await assert.rejects(keys.create({ ...NEW, scopes: ["sales:view", "sync:run"] }, ada), {
    code: "beyond_own_rights",
    message: /sync:run/,
  });
  const { text } = await keys.create({ ...NEW, scopes: ["sales:view", "sync:view"] }, ada);
  owners.set("ada", { ...ada, permissions: ["sync:view", "audit:view"], limits: { locations: [3] } });
  const used = await keys.use(text);
  assert.ok(used.outcome === "done");
  assert.deepEqual([used.person.permissions, used.person.limits], [["sync:view"], { locations: [3] }]);
  owners.delete("ada");
  assert.equal(await refusal(keys, text), "wrong");
});

onKeys(
  "a key ends by itself, or at once when it is revoked, by its owner only where one is named",
  async ({ keys, owners, clock }) => {
    const ada = personWith("analyst", { id: "ada" });
    owners.set("ada", ada);
    const short = await keys.create({ ...NEW, days: 1 }, ada);
    const long = await keys.create(NEW, ada);
    clock.now = new Date(clock.now.getTime() + 86_400_000);
    assert.deepEqual([await refusal(keys, short.text), await refusal(keys, long.text)], ["wrong", "done"]);
    await assert.rejects(keys.revoke(long.key.id, "bob"), { code: "unknown_key" });
    assert.equal(await refusal(keys, long.text), "done");
    assert.equal((await keys.revoke(long.key.id, "ada")).state, "revoked");
    assert.equal(await refusal(keys, long.text), "wrong");
    await keys.revoke(long.key.id);
    assert.deepEqual((await keys.list()).map((key) => key.state).sort(), ["expired", "revoked"]);
    await assert.rejects(keys.revoke("nothing"), { code: "unknown_key" });
  },
);

onKeys(
  "the limit of a key counts for all processes together, and starts anew each minute",
  async ({ keys, owners, clock, again }) => {
    const ada = personWith("analyst", { id: "ada" });
    owners.set("ada", ada);
    const { text } = await keys.create({ ...NEW, perMinute: 6 }, ada);
    const other = await again();
    const uses = await Promise.all(Array.from({ length: 10 }, (_, i) => (i % 2 ? keys : other).use(text)));
    assert.equal(uses.filter((use) => use.outcome === "done").length, 6);
    const limited = uses.find((use) => use.outcome === "limited");
    assert.deepEqual(limited, { outcome: "limited", retryAfterSeconds: 50 });
    clock.now = new Date("2126-11-24T10:01:00Z");
    assert.equal(await refusal(keys, text), "done");
  },
);

onKeys("create names everything that is wrong", async ({ keys }) => {
  const ada = personWith("admin", { id: "ada" });
  const wrong = { name: "", scopes: ["sales:see"], days: 0, perMinute: 0.5 };
  await assert.rejects(keys.create(wrong, ada), (error: Error & { code: string }) => {
    assert.equal(error.code, "bad_key");
    for (const part of [/name/, /sales:see/, /at least one/, /1 to 366 days/, /requests a minute/]) {
      assert.match(error.message, part);
    }
    return true;
  });
});
