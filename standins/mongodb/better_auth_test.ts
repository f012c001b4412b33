/** better-auth with its MongoDB adapter works against the stand-in: sign-up, sign-in, sessions, roles, deletion. */
import assert from "node:assert/strict";
import { mongodbAdapter } from "@better-auth/mongo-adapter";
import { betterAuth } from "better-auth";
import { admin } from "better-auth/plugins";
import { MongoClient } from "mongodb";
import { startMongo } from "./server.ts";

Deno.test("better-auth: accounts, sessions, listing, bans and deletion", async () => {
  const server = await startMongo(), client = new MongoClient(server.uri);
  try {
    const db = client.db("auth");
    await db.collection("user").createIndex({ email: 1 }, { unique: true });
    await db.collection("session").createIndex({ token: 1 }, {
      unique: true,
      partialFilterExpression: { token: { $exists: true } },
    });
    await db.collection("session").createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 });
    const auth = betterAuth({
      baseURL: "http://127.0.0.1:9",
      secret: "a secret of more than thirty-two characters",
      database: mongodbAdapter(db),
      emailAndPassword: { enabled: true },
      plugins: [admin()],
      telemetry: { enabled: false },
      rateLimit: { enabled: true, storage: "database" },
      user: { deleteUser: { enabled: true } },
    });
    const people = ["ann", "bob", "cid"].map((name) => ({
      name,
      email: `${name}@example.com`,
      password: `pass word of ${name}`,
    }));
    for (const body of people) assert.equal((await auth.api.signUpEmail({ body })).user.email, body.email);
    await assert.rejects(auth.api.signUpEmail({ body: people[0]! }), /exist/i);
    await db.collection("user").updateOne({ email: "ann@example.com" }, { $set: { role: "admin" } });
    const { headers: answered } = await auth.api.signInEmail({ body: people[0]!, returnHeaders: true });
    const headers = new Headers({ cookie: answered.getSetCookie().map((c) => c.split(";")[0]).join("; ") });
    const session = await auth.api.getSession({ headers });
    assert.equal(session?.user.email, "ann@example.com");
    const listed = await auth.api.listUsers({
      headers,
      query: { limit: 2, offset: 1, sortBy: "email", sortDirection: "desc" },
    });
    assert.deepEqual(listed.users.map((u) => u.email), ["bob@example.com", "ann@example.com"]);
    assert.equal(listed.total, 3);
    const found = await auth.api.listUsers({
      headers,
      query: { searchValue: "ci", searchField: "email", searchOperator: "contains" },
    });
    assert.deepEqual(found.users.map((u) => u.name), ["cid"]);
    await auth.api.banUser({ headers, body: { userId: found.users[0]!.id, banReason: "test" } });
    await assert.rejects(auth.api.signInEmail({ body: people[2]! }), /ban/i);
    await auth.api.removeUser({ headers, body: { userId: found.users[0]!.id } });
    assert.equal(await db.collection("user").countDocuments(), 2);
    assert.equal(await db.collection("account").countDocuments(), 2);
    await auth.api.signOut({ headers });
    assert.equal(await auth.api.getSession({ headers }), null);
  } finally {
    await client.close();
    await server.close();
  }
});
