import assert from "node:assert/strict";
import { addDays } from "../lib/marts/days.ts";
import { signIn, startApp, type TestApp } from "./support/app.ts";
import { until } from "./support/engine.ts";
import { accessOf, keyOf, limitedRole, signedInAs } from "./support/principals.ts";
import { randomOf, testSeed } from "./support/seed.ts";

/** A sales order as far as this test looks at it. */
interface Order {
  _id: number;
  number: string;
  date: string;
  entity: number | null;
  subsidiary: number | null;
}

async function fullRun(app: TestApp): Promise<void> {
  const asked = await fetch(`${app.url}/api/v1/sync/runs`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Cookie: await signIn(app), Origin: app.url },
    body: `{"kind":"full"}`,
  });
  const { id } = await asked.json();
  await until(
    "the full run ends",
    90_000,
    async () => (await app.store.collection("sync_runs").findOne({ _id: id }))?.endedAt,
  );
}

Deno.test("whole program, one subsidiary: no page, CSV, API answer, drill-down, search or count shows another's rows", async () => {
  await using app = await startApp({ share: 0.1 });
  await fullRun(app);
  const orders = await app.store.collection<Order>("transactions").find({ type: "SalesOrd" }, {
    projection: { number: 1, date: 1, entity: 1, subsidiary: 1 },
  }).toArray();
  const bySubsidiary = [...Map.groupBy(orders, (order) => order.subsidiary)].sort((a, b) => a[1].length - b[1].length);
  assert.ok(bySubsidiary.length > 1, "the company has one subsidiary only");
  const mine = bySubsidiary.find(([id, list]) => id !== null && list.length >= 10)![0]!;
  const others = orders.filter((order) => order.subsidiary !== mine);
  const seen = new Set(orders.filter((order) => order.subsidiary === mine).map((order) => order.entity));
  const names = await app.store.collection<{ _id: number; name: string }>("customers").find({}, {
    projection: { name: 1 },
  })
    .toArray();
  const mineNames = names.filter(({ _id }) => seen.has(_id)).map(({ name }) => name).join("\n");
  /** What must appear nowhere: names of customers who bought elsewhere only, names of the other companies, order numbers. */
  const foreignNames = names.filter(({ _id, name }) => !seen.has(_id) && name && !mineNames.includes(name))
    .filter(({ _id }) => others.some((order) => order.entity === _id)).map(({ name }) => name);
  const subsidiaries = await app.store.collection<{ _id: number; name: string; fullName: string | null }>(
    "subsidiaries",
  )
    .find().toArray();
  const { name, fullName } = subsidiaries.find(({ _id }) => _id === mine)!;
  const own = `${name} ${fullName}`; // the full name begins with that of the parent
  const companies = subsidiaries.map(({ name }) => name).filter((name) => !own.includes(name));
  assert.ok(foreignNames.length > 10 && companies.length > 0);
  const numbers = new RegExp(`(?<![\\w-])(${others.map((order) => order.number).join("|")})(?![\\w-])`);

  const access = await accessOf(app);
  const admin = await signedInAs(access, "admin");
  const limited = await signedInAs(access, await limitedRole(access, admin.person, { subsidiaries: [mine] }));
  const key = await keyOf(access, limited.person, ["sales:view", "data:export"]);
  const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  const foreign = [...foreignNames, ...companies].flatMap((
    text,
  ) => [...new Set([text, escaped(text), JSON.stringify(text).slice(1, -1)])]);

  async function look(path: string, headers = limited.headers): Promise<string> {
    const response = await fetch(app.url + path, { headers });
    const text = await response.text();
    assert.ok(response.status < 500, `${path} answered ${response.status}`);
    // the query of the address is the caller's own word, and comes back in links
    const shown = text.replaceAll(/(?:href|value|action|src)="[^"]*"/g, "");
    assert.equal(foreign.find((name) => shown.includes(name)), undefined, `a name in ${path}`);
    assert.equal(numbers.exec(shown)?.[0], undefined, `an order in ${path}`);
    return text;
  }

  const seed = testSeed(77);
  const random = randomOf(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const days = orders.map((order) => order.date).sort();
  const span = Math.round((Date.parse(days.at(-1)!) - Date.parse(days[0]!)) / 86_400_000);
  await look("/");
  for (let i = 0; i < 25; i++) {
    const from = addDays(days[0]!, Math.floor(random() * span));
    const other = pick(others);
    const filters = new URLSearchParams({
      from,
      to: addDays(from, pick([0, 30, 200, 364])),
      by: pick(["customer", "item", "rep", "channel", "class"]),
      rows: "100",
      currency: pick(["USD", "", ""]),
      subsidiary: pick(["", "", String(mine), String(other.subsidiary ?? 1)]),
      q: pick(["", "", "a", pick(foreignNames).slice(0, 5)]),
    });
    await look(`/sales?${filters}`);
    await look(`/sales/export.csv?${filters}`);
    const answer = JSON.parse(await look(`/api/v1/reports/sales?${filters}`, key));
    const count = orders.filter((order) =>
      order.subsidiary === mine && order.date >= from && order.date <= filters.get("to")!
    );
    if (filters.get("q") === "" && answer.tiles) {
      assert.ok(answer.tiles.orders.value <= count.length, "more orders than the limited person has");
    }
    // straight at a customer of others, by id
    const records = new URLSearchParams({ from: other.date, to: other.date, currency: "USD" });
    await look(`/sales/records?${records}`);
    if (other.entity !== null && !seen.has(other.entity)) {
      records.set("by", "customer");
      records.set("id", String(other.entity));
      const page = await look(`/sales/records?${records}`);
      records.set("id", "999999999");
      const nobody = await look(`/sales/records?${records}`);
      const plain = (html: string) =>
        html.replaceAll(/\d{2}:\d{2}|\d+ s old|nonce="[^"]*"/g, "").replaceAll(/id=\d+/g, "");
      assert.equal(plain(page), plain(nobody), "another's customer differs from one that does not exist");
    }
  }
  const all = await fetch(`${app.url}/api/v1/sync/quarantine`, { headers: limited.headers });
  assert.deepEqual([all.status, (await all.json()).permission], [403, "rows:all"]);
});
