import assert from "node:assert/strict";
import { strFromU8, unzipSync } from "fflate";
import type { Document } from "mongodb";
import type { RowLimits } from "../lib/access/limits.ts";
import { scopeOf } from "../lib/access/scope.ts";
import { personWith } from "../lib/access/testing.ts";
import { addDays } from "../lib/marts/days.ts";
import { FORMATS } from "../lib/files/download.ts";
import { rowStages } from "../lib/reports/rows.ts";
import { LIVE } from "../lib/store/live.ts";
import { STREAMS } from "../lib/streams/registry.ts";
import { signIn, startApp, type TestApp } from "./support/app.ts";
import { until } from "./support/engine.ts";
import { accessOf, keyOf, limitedRole, signedInAs } from "./support/principals.ts";
import { allRoutes, filled } from "./support/routes.ts";
import { randomOf, testSeed } from "./support/seed.ts";

/** A sales order as far as this test looks at it. */
interface Order {
  _id: number;
  number: string;
  date: string;
  entity: number | null;
  subsidiary: number | null;
  department: number | null;
  employee: number | null;
  location: number | null;
  lines: { kind: string; location: number | null }[];
}

/** How a person of this test is limited: by one value of one kind. */
type Field = "subsidiary" | "department" | "location" | "employee";
const KIND = {
  subsidiary: "subsidiaries",
  department: "departments",
  location: "locations",
  employee: "salesReps",
} as const;

/** By place an order belongs to whoever one of its lines belongs to. */
function belongs(order: Order, field: Field, mine: number): boolean {
  if (field !== "location") return order[field] === mine;
  return order.lines.some((line) => line.kind !== "main" && (line.location ?? order.location) === mine);
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

/** What stands in a workbook. */
function wordsOfBook(bytes: Uint8Array): string {
  return Object.values(unzipSync(bytes)).map((part) => strFromU8(part)).join("\n");
}

/** What a person of some rows is shown, whatever the person asks for. */
async function walk(app: TestApp, field: Field, mine: number): Promise<void> {
  const head = { number: 1, date: 1, entity: 1, subsidiary: 1, department: 1, employee: 1, location: 1 };
  const orders = await app.store.collection<Order>("transactions").find({ type: "SalesOrd" }, {
    projection: { ...head, "lines.kind": 1, "lines.location": 1 },
  }).toArray();
  const own = orders.filter((order) => belongs(order, field, mine));
  const others = orders.filter((order) => !belongs(order, field, mine));
  assert.ok(own.length >= 10 && others.length >= 10);
  const seen = new Set(own.map((order) => order.entity));
  const customers = await app.store.collection<{ _id: number; name: string }>("customers")
    .find({}, { projection: { name: 1 } }).toArray();
  const ownNames = customers.filter(({ _id }) => seen.has(_id)).map(({ name }) => name).join("\n");
  /** What must appear nowhere: customers who bought elsewhere only, what the role is not for, orders of others. */
  const strangers = customers.filter(({ _id, name }) =>
    !seen.has(_id) && name && !ownNames.includes(name) && others.some((order) => order.entity === _id)
  ).map(({ name }) => name);
  const kinds = await app.store.collection<{ _id: number; name: string; fullName: string | null }>("subsidiaries")
    .find().toArray();
  const named = kinds.filter(({ _id }) => _id === mine).map(({ name, fullName }) => `${name} ${fullName}`).join();
  const elsewhere = field === "subsidiary" ? kinds.map(({ name }) => name).filter((name) => !named.includes(name)) : [];
  assert.ok(strangers.length > 10 && (field !== "subsidiary" || elsewhere.length > 0));
  const numbers = new RegExp(`(?<![\\w-])(${others.map((order) => order.number).join("|")})(?![\\w-])`);
  const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  const foreign = [...strangers, ...elsewhere]
    .flatMap((text) => [...new Set([text, escaped(text), JSON.stringify(text).slice(1, -1)])]);

  const access = await accessOf(app);
  const admin = await signedInAs(access, "admin");
  const limits = { [KIND[field]]: [mine] };
  const limited = await signedInAs(access, await limitedRole(access, admin.person, limits));
  const key = await keyOf(access, limited.person, ["sales:view", "data:export"]);

  async function look(path: string, headers = limited.headers): Promise<string> {
    const response = await fetch(app.url + path, { headers });
    const isBook = response.headers.get("content-type") === FORMATS.xlsx;
    const text = isBook ? wordsOfBook(await response.bytes()) : await response.text();
    assert.ok(response.status < 500, `${path} answered ${response.status}`);
    // the query of the address is the caller's own word, and comes back in links
    const shown = text.replaceAll(/(?:href|value|action|src)="[^"]*"/g, "");
    assert.equal(foreign.find((name) => shown.includes(name)), undefined, `a name in ${path}`);
    assert.equal(numbers.exec(shown)?.[0], undefined, `an order in ${path}`);
    return text;
  }

  const random = randomOf(testSeed(77));
  const rounds = field === "subsidiary" || field === "department" ? 15 : 5; // those of places and reps read every order
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const days = orders.map((order) => order.date).sort();
  const span = Math.round((Date.parse(days.at(-1)!) - Date.parse(days[0]!)) / 86_400_000);
  await look("/");
  for (let i = 0; i < rounds; i++) {
    const other = pick(others);
    const from = addDays(days[0]!, Math.floor(random() * span));
    const to = addDays(from, pick([0, 30, 200, 364]));
    const filters = new URLSearchParams({
      from,
      to,
      by: pick(["customer", "item", "rep", "channel", "class"]),
      rows: "100",
      currency: pick(["USD", "", ""]),
      subsidiary: pick(["", "", String(other.subsidiary ?? 1)]),
      channel: pick(["", "", String(other.department ?? "none")]),
      q: pick(["", "", "a", pick(strangers).slice(0, 5)]),
    });
    await look(`/sales?${filters}`);
    const file = pick(["csv", "xlsx"]);
    await look(`/sales/export.${file}?${filters}`);
    const answer = JSON.parse(await look(`/api/v1/reports/sales?${filters}`, key));
    const most = own.filter((order) => order.date >= from && order.date <= to).length;
    assert.ok(answer.tiles.orders.value <= most, "more orders than the limited person has");
    const period = new URLSearchParams({ from, to, rows: "100", currency: answer.filters.currency ?? "USD" });
    await look(`/sales/records?${period}`);
    await look(`/sales/records/export.${file}?${period}`);
    await lookFor(other);
  }

  /** Straight at an order and a customer of others, by day and id. */
  async function lookFor({ date, entity }: Order): Promise<void> {
    const records = new URLSearchParams({ from: date, to: date, currency: "USD" });
    await look(`/sales/records?${records}`);
    if (entity === null || seen.has(entity)) return;
    const [page, nobody] = await Promise.all(
      [entity, 999_999_999].map((id) => look(`/sales/records?${records}&by=customer&id=${id}`)),
    );
    const plain = (html: string) => html.replaceAll(/\d{2}:\d{2}|\d+ s old|nonce="[^"]*"|id=\d+/g, "");
    assert.equal(plain(page!), plain(nobody!), "another's customer differs from one that does not exist");
  }

  await crawl();

  /** Every page and route there is, those to come included: none has words of the streams whose rows are somebody's. */
  async function crawl(): Promise<void> {
    const sellers = new Set(own.map((order) => order.employee)); // who sold it stands on an order, whoever employs them
    const employees = await app.store.collection<{ _id: number; name: string }>("employees").find().toArray();
    const sold = employees.filter(({ _id }) => sellers.has(_id)).map(({ name }) => name);
    const words = await wordsOfOthers(app, limits, [ownNames, ...sold].join("\n"));
    for (const { method, path } of await allRoutes()) {
      if (method !== "GET" || path.includes("check")) continue; // the check asks NetSuite, and shows permissions
      for (const value of ["1", "transactions"]) {
        const text = await look(filled(path, value), path.startsWith("/api/") ? key : limited.headers);
        const plain = new Set(text.split(/[<>"]/).map((part) => part.trim()));
        assert.equal(words.find((word) => plain.has(word)), undefined, `another's row in ${path}`);
      }
    }
  }

  const raw = await fetch(`${app.url}/api/v1/sync/quarantine`, { headers: limited.headers });
  assert.deepEqual([raw.status, (await raw.json()).permission], [403, "rows:all"]);
}

/** Names, numbers and codes that stand in hidden rows only, of every stream that has such. */
async function wordsOfOthers(app: TestApp, limits: RowLimits, ownNames: string): Promise<string[]> {
  const scope = scopeOf(personWith("viewer", { limits }));
  const words: string[] = [];
  for (const { name, columns } of STREAMS) {
    if (!["name", "email", "number", "code"].some((field) => field in columns)) continue;
    const rows = app.store.collection<Document>(name);
    const read = (stages: Document[]) =>
      rows.aggregate([{ $match: LIVE }, ...stages, { $project: { name: 1, email: 1, number: 1, code: 1 } }]).toArray();
    const [all, shown] = await Promise.all([read([]), read(rowStages(scope, name))]);
    const said = (found: Document[]) =>
      found.flatMap((row) => [row.name, row.email, row.number, row.code].filter(Boolean));
    const known = new Set(said(shown));
    words.push(...said(all).filter((word) => String(word).length > 3 && !known.has(word) && !ownNames.includes(word)));
  }
  assert.ok(words.length > 50);
  return words;
}

Deno.test("whole program: no page, CSV, XLSX, API answer, drill-down, search or count shows another's rows", async (t) => {
  await using app = await startApp({ share: 0.1 });
  await fullRun(app);
  const largest = async (field: Field, not: number) => {
    const [found] = await app.store.collection("transactions").aggregate<{ _id: number }>([
      { $match: { type: "SalesOrd", [field]: { $nin: [null, not] } } },
      { $group: { _id: `$${field}`, orders: { $sum: 1 } } },
      { $sort: { orders: -1, _id: 1 } },
      { $limit: 1 },
    ]).toArray();
    return found!._id;
  };
  // not the parent company: the others' full names begin with its name
  const subsidiary = await largest("subsidiary", 1);
  await t.step(`limited to subsidiary ${subsidiary}`, () => walk(app, "subsidiary", subsidiary));
  // channels share the currency, subsidiaries do not
  const department = await largest("department", await largest("department", 0));
  await t.step(`limited to department ${department}`, () => walk(app, "department", department));
  const place = await largest("location", 0);
  await t.step(`limited to location ${place}`, () => walk(app, "location", place));
  const rep = await largest("employee", 0);
  await t.step(`limited to sales rep ${rep}`, () => walk(app, "employee", rep));
});
