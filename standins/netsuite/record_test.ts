import assert from "node:assert/strict";
import { brokenPromises } from "./company/invariants.ts";
import { type NetSuiteStandIn, startNetSuite } from "./server.ts";
import { send } from "./test_client.ts";

const RECORDS = "/services/rest/record/v1/";

/** A client of one account, for records. */
function client(ns: NetSuiteStandIn) {
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await send(ns.settings, method, path.startsWith("/") ? path : RECORDS + path, {
      headers: { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = text.startsWith("{") ? JSON.parse(text) : null;
    const detail = json?.["o:errorDetails"]?.[0];
    return {
      status: response.status,
      headers: response.headers,
      body: json,
      code: detail?.["o:errorCode"] as string | undefined,
      detail: detail?.detail as string | undefined,
      path: detail?.["o:errorPath"] as string | undefined,
      id: response.headers.get("location")?.split("/").at(-1) ?? "",
    };
  };
  const make = async (type: string, body: unknown) => {
    const made = await call("POST", type, body);
    assert.equal(made.status, 204, `${type}: ${made.detail}`);
    return made.id;
  };
  return { call, make, base: ns.settings.NETSUITE_BASE_URL + RECORDS };
}

/** A small demo company that is shared by tests which leave it sound. */
async function withDemo(body: (ns: NetSuiteStandIn, api: ReturnType<typeof client>) => Promise<void>): Promise<void> {
  const ns = await startNetSuite({ share: 0.01, slots: 50 });
  try {
    await body(ns, client(ns));
    assert.deepEqual(brokenPromises(ns.db, new Date()), []);
  } finally {
    await ns.close();
  }
}

const one = (ns: NetSuiteStandIn, sql: string, ...values: (string | number)[]) => ns.db.prepare(sql).get(...values)!;
const wholesaler = (ns: NetSuiteStandIn) =>
  String(one(ns, `SELECT id FROM customer WHERE isperson = 'F' AND currency = 1 AND isinactive = 'F' ORDER BY id`).id);
const stocked = (ns: NetSuiteStandIn, offset = 0) =>
  String(
    one(
      ns,
      `SELECT i.id FROM item i JOIN inventoryitemlocations l ON l.item = i.id AND l.location = 1 WHERE i.isinactive = 'F'
        AND l.quantityonhand > 20 ORDER BY i.id LIMIT 1 OFFSET ${offset}`,
    ).id,
  );

Deno.test("GET record answers one record with real types, references and UTC times", async () => {
  const ns = await startNetSuite({ company: "none" });
  try {
    ns.db.exec(`INSERT INTO currency (id, name) VALUES (1, 'US Dollar');
      INSERT INTO customer (id, entityid, companyname, isperson, creditlimit, currency, lastmodifieddate, externalid, firstorderdate)
        VALUES (107, 'C107', 'Zoë & Sons', 'F', 12.5, 1, '2026-11-03 09:15:27', 'crm-9', '2026-01-02');
      INSERT INTO "transaction" (id, tranid, recordtype, type, trandate) VALUES (5, 'SO5', 'salesorder', 'SalesOrd', '2026-03-01')`);
    const { call, base } = client(ns);
    const expected = {
      links: [{ rel: "self", href: `${base}customer/107` }],
      id: "107",
      entityId: "C107",
      companyName: "Zoë & Sons",
      isPerson: false,
      currency: { links: [{ rel: "self", href: `${base}currency/1` }], id: "1", refName: "US Dollar" },
      creditLimit: 12.5,
      lastModifiedDate: "2026-11-03T09:15:27Z",
      firstOrderDate: "2026-01-02",
      externalId: "crm-9",
      addressBook: { links: [{ rel: "self", href: `${base}customer/107/addressBook` }] },
    };
    assert.deepEqual((await call("GET", "customer/107")).body, expected);
    assert.deepEqual((await call("GET", "CUSTOMER/eid:crm-9")).body, expected);
    assert.deepEqual((await call("GET", "salesOrder/5?fields=tranId")).body, {
      links: [{ rel: "self", href: `${base}salesOrder/5` }],
      id: "5",
      tranId: "SO5",
    });
    for (
      const [path, status, code] of [
        ["customer/999999", 404, "NONEXISTENT_ID"],
        ["invoice/5", 404, "NONEXISTENT_ID"],
        ["nothing/5", 404, "NONEXISTENT_ID"],
        ["customer/107/nothing", 404, "NONEXISTENT_ID"],
        ["customer/abc", 400, "INVALID_ID"],
        ["customer/107?expand=true", 400, "INVALID_PARAMETER"],
        ["customer/107?expandSubResources=yes", 400, "INVALID_PARAMETER"],
      ] as const
    ) {
      const answer = await call("GET", path);
      assert.deepEqual([answer.status, answer.code], [status, code], path);
    }
  } finally {
    await ns.close();
  }
});

Deno.test("a customer is created, read, changed, upserted and deleted", () =>
  withDemo(async (ns, { call, make, base }) => {
    const id = await make("customer", {
      companyName: "Testrad GmbH",
      subsidiary: { id: "3" },
      externalId: "crm-1",
      email: "a@b.example",
    });
    const stored = one(ns, "SELECT * FROM customer WHERE id = ?", id);
    assert.deepEqual([stored.companyname, stored.altname, stored.currency, stored.isperson], [
      "Testrad GmbH",
      "Testrad GmbH",
      3,
      "F",
    ]);
    assert.equal(one(ns, "SELECT subsidiary FROM customersubsidiaryrelationship WHERE entity = ?", id).subsidiary, 3);

    const patched = await call("PATCH", `customer/${id}`, { email: null, phone: "555", salesRep: { refName: "E279" } });
    assert.deepEqual([patched.status, patched.headers.get("location")], [204, `${base}customer/${id}`]);
    const after = (await call("GET", `customer/${id}`)).body;
    assert.deepEqual([after.email, after.phone, after.salesRep.id, after.companyName], [
      undefined,
      "555",
      "279",
      "Testrad GmbH",
    ]);

    assert.equal((await call("PUT", "customer/eid:crm-1", { phone: "556" })).id, id, "the upsert finds it");
    const made = await call("PUT", "customer/eid:crm-2", { companyName: "Zweite" });
    assert.equal(made.status, 204);
    assert.notEqual(made.id, id);
    assert.equal((await call("GET", "customer/eid:crm-2?fields=companyName")).body.companyName, "Zweite");

    assert.equal((await call("DELETE", `customer/${made.id}`)).status, 204);
    assert.equal((await call("GET", `customer/${made.id}`)).status, 404);
    const gone = one(ns, "SELECT * FROM deletedrecord WHERE recordid = ?", made.id);
    assert.deepEqual([gone.type, gone.recordtypeid, gone.context], ["Customer", -2, "RestWebServices"]);
    const used = String(one(ns, `SELECT entity FROM "transaction" WHERE type = 'SalesOrd' LIMIT 1`).entity);
    assert.match((await call("DELETE", `customer/${used}`)).detail ?? "", /dependent records/);
  }));

Deno.test("addresses append, change by id, and are replaced whole on demand", () =>
  withDemo(async (_ns, { call, make }) => {
    const address = (addr1: string, more = {}) => ({
      addressBookAddress: { addr1, city: "Bern", country: { id: "CH" } },
      ...more,
    });
    const id = await make("customer", {
      companyName: "Adressen",
      addressBook: { items: [address("A", { defaultShipping: true })] },
    });
    await call("PATCH", `customer/${id}`, { addressBook: { items: [address("B")] } });
    const book = async () =>
      (await call("GET", `customer/${id}/addressBook?expandSubResources=true`)).body.items as {
        id: number;
        defaultShipping: boolean;
        addressBookAddress: { addr1: string };
      }[];
    assert.deepEqual(
      (await book()).map((line) => line.addressBookAddress.addr1),
      ["A", "B"],
      "without replace they append",
    );
    const second = (await book())[1]!.id;
    await call("PATCH", `customer/${id}`, { addressBook: { items: [{ id: second, defaultShipping: true }] } });
    assert.deepEqual((await book()).map((line) => line.defaultShipping), [false, true]);
    await call("PATCH", `customer/${id}?replace=addressBook`, { addressBook: { items: [address("C")] } });
    assert.deepEqual((await book()).map((line) => line.addressBookAddress.addr1), ["C"]);
    const whole = (await call("GET", `customer/${id}?expandSubResources=true`)).body;
    assert.equal(whole.addressBook.items[0].addressBookAddress.country.id, "CH");
  }));

Deno.test("an order's lines append without replace, change by their key, and are replaced whole with it", () =>
  withDemo(async (ns, { call, make }) => {
    const [one1, two] = [stocked(ns), stocked(ns, 1)];
    const id = await make("salesOrder", {
      entity: { id: wholesaler(ns) },
      location: { id: "1" },
      otherRefNum: "PO 77",
      item: {
        items: [{ item: { id: one1 }, quantity: 2, rate: 50 }, { item: { id: two }, quantity: 1, amount: 10.5 }],
      },
    });
    const lines = async () => (await call("GET", `salesOrder/${id}/item?expandSubResources=true`)).body.items;
    const total = async () => (await call("GET", `salesOrder/${id}`)).body.total;
    const short = async () =>
      (await lines()).map((
        line: { line: number; quantity: number; amount: number },
      ) => [line.line, line.quantity, line.amount]);
    assert.deepEqual(await short(), [[1, 2, 100], [2, 1, 10.5]]);
    assert.equal(await total(), 110.5);
    const main = one(ns, `SELECT * FROM transactionline WHERE "transaction" = ? AND mainline = 'T'`, id);
    assert.deepEqual([main.foreignamount, main.location], [110.5, 1]);
    const stored = one(
      ns,
      `SELECT quantity, foreignamount FROM transactionline WHERE "transaction" = ? AND id = 1`,
      id,
    );
    assert.deepEqual([stored.quantity, stored.foreignamount], [-2, -100], "kept with ledger signs");

    await call("PATCH", `salesOrder/${id}`, { item: { items: [{ item: { id: one1 }, quantity: 1, rate: 5 }] } });
    assert.deepEqual(await short(), [[1, 2, 100], [2, 1, 10.5], [3, 1, 5]], "the same item once more");
    await call("PATCH", `salesOrder/${id}`, { item: { items: [{ line: 1, quantity: 4 }] } });
    assert.deepEqual(await short(), [[1, 4, 200], [2, 1, 10.5], [3, 1, 5]], "the rate stays");
    await call("PATCH", `salesOrder/${id}?replace=item`, {
      item: { items: [{ line: 2 }, { item: { id: two }, quantity: 3, rate: 1 }] },
    });
    assert.deepEqual(await short(), [[2, 1, 10.5], [3, 3, 3]]);
    assert.equal(await total(), 13.5);
    assert.equal((await call("GET", `salesOrder/${id}/item/3`)).body.quantity, 3);
    assert.equal((await call("GET", `salesOrder/${id}/item/9`)).status, 404);
    const empty = await call("PATCH", `salesOrder/${id}?replace=item`, { item: { items: [] } });
    assert.match(empty.detail ?? "", /at least one line item/);
    assert.deepEqual(await short(), [[2, 1, 10.5], [3, 3, 3]], "a refused write changes nothing");
    assert.equal((await call("DELETE", `salesOrder/${id}`)).status, 204);
    assert.equal(one(ns, `SELECT COUNT(*) AS n FROM transactionline WHERE "transaction" = ?`, id).n, 0);
    assert.equal(one(ns, "SELECT type FROM deletedrecord WHERE recordid = ?", id).type, "Sales Order");
  }));

Deno.test("an order is fulfilled in parts, invoiced, paid, returned and credited, and the ledger balances", () =>
  withDemo(async (ns, { call, make }) => {
    const item = stocked(ns);
    const entity = { id: wholesaler(ns) };
    const id = await make("salesOrder", {
      entity,
      location: { id: "1" },
      item: { items: [{ item: { id: item }, quantity: 5, rate: 20 }] },
    });
    const onHand = () =>
      Number(one(ns, "SELECT quantityonhand AS n FROM inventoryitemlocations WHERE item = ? AND location = 1", item).n);
    const before = onHand();
    const state = async (type: string, key: string) => (await call("GET", `${type}/${key}`)).body.status.id;
    const early = await call("POST", `salesOrder/${id}/!transform/invoice`, {});
    assert.match(early.detail ?? "", /at least one line item/, "nothing is shipped yet");
    const part = await call("POST", `salesOrder/${id}/!transform/itemFulfillment`, {
      item: { items: [{ orderLine: 1, quantity: 2 }] },
    });
    assert.equal(part.status, 204, part.detail);
    assert.equal(onHand(), before - 2);
    assert.equal(await state("salesOrder", id), "E");
    const much = await call("POST", `salesOrder/${id}/!transform/itemFulfillment`, {
      item: { items: [{ orderLine: 1, quantity: 4 }] },
    });
    assert.match(much.detail ?? "", /more than the 3/);
    await call("POST", `salesOrder/${id}/!transform/itemFulfillment`);
    const invoice = (await call("POST", `salesOrder/${id}/!transform/invoice`, { memo: "thanks" })).id;
    assert.deepEqual([await state("salesOrder", id), await state("invoice", invoice)], ["G", "A"]);
    const billed = (await call("GET", `invoice/${invoice}`)).body;
    assert.deepEqual([billed.total, billed.amountRemaining, billed.memo, billed.createdFrom.id], [
      100,
      100,
      "thanks",
      id,
    ]);

    const half = await make("customerPayment", {
      customer: entity,
      payment: 40,
      apply: { items: [{ doc: { id: invoice }, apply: true, amount: 40 }] },
    });
    assert.equal((await call("GET", `invoice/${invoice}`)).body.amountRemaining, 60);
    await call("POST", `invoice/${invoice}/!transform/customerPayment`, {});
    assert.equal(await state("invoice", invoice), "B");
    assert.equal((await call("DELETE", `customerPayment/${half}`)).status, 204);
    assert.deepEqual(
      [(await call("GET", `invoice/${invoice}`)).body.amountRemaining, await state("invoice", invoice)],
      [40, "A"],
    );

    const back = (await call("POST", `invoice/${invoice}/!transform/returnAuthorization`, {
      item: { items: [{ orderLine: 1, quantity: 1 }] },
    })).id;
    const credit = (await call("POST", `returnAuthorization/${back}/!transform/creditMemo`, {})).id;
    assert.equal((await call("GET", `creditMemo/${credit}`)).body.total, -20);
    assert.match((await call("DELETE", `salesOrder/${id}`)).detail ?? "", /dependent records/);
    const books = one(
      ns,
      `SELECT COUNT(DISTINCT "transaction") AS docs, ROUND(TOTAL(amount), 2) AS sum FROM transactionaccountingline
        WHERE "transaction" IN (${invoice}, ${credit})`,
    );
    assert.deepEqual([books.docs, books.sum], [2, 0]);
    const wrong = await call("POST", `invoice/${invoice}/!transform/purchaseOrder`, {});
    assert.equal(wrong.code, "INVALID_PARAMETER");
  }));

Deno.test("a purchase is received, billed and paid; an opportunity becomes a quote and an order", () =>
  withDemo(async (ns, { call, make }) => {
    const vendor = { id: String(one(ns, "SELECT id FROM vendor ORDER BY id").id) };
    const item = { id: stocked(ns) };
    const po = await make("purchaseOrder", {
      entity: vendor,
      location: { id: "1" },
      item: { items: [{ item, quantity: 10, rate: 3 }] },
    });
    assert.equal(one(ns, `SELECT foreigntotal AS n FROM "transaction" WHERE id = ?`, po).n, -30);
    assert.equal((await call("POST", `purchaseOrder/${po}/!transform/itemReceipt`, {})).status, 204);
    const bill = await call("POST", `purchaseOrder/${po}/!transform/vendorBill`, {});
    assert.equal(bill.status, 204, bill.detail);
    assert.equal((await call("POST", `vendorBill/${bill.id}/!transform/vendorPayment`, {})).status, 204);
    assert.equal((await call("GET", `vendorBill/${bill.id}`)).body.status.refName, "Paid In Full");

    const opportunity = await make("opportunity", {
      entity: { id: wholesaler(ns) },
      title: "Fleet",
      probability: 0.4,
      expectedCloseDate: "2026-12-24",
      item: { items: [{ item, quantity: 2, rate: 9 }] },
    });
    const quote = (await call("POST", `opportunity/${opportunity}/!transform/estimate`, {})).id;
    const order = await call("POST", `estimate/${quote}/!transform/salesOrder`, {});
    assert.equal(order.status, 204, order.detail);
    assert.deepEqual(
      ns.db.prepare(
        "SELECT previoustype, nexttype FROM nexttransactionlink WHERE previousdoc IN (?, ?) ORDER BY 1 DESC",
      )
        .all(opportunity, quote).map((row) => `${row.previoustype}>${row.nexttype}`),
      ["Opprtnty>Estimate", "Estimate>SalesOrd"],
    );
  }));

Deno.test("lists take filters by kind of field, in the user's date format, and page", () =>
  withDemo(async (ns, { call, make, base }) => {
    ns.faults.set({ datePreference: "DD.MM.YYYY", timeZone: "Europe/Zurich" });
    const id = await make("customer", { companyName: `O'Neil "quoted" (Ltd)`, creditLimit: 77.5 });
    ns.db.prepare("UPDATE customer SET lastmodifieddate = '2030-01-01 22:59:59' WHERE id = ?").run(id);
    const other = await make("customer", { companyName: "Second", isInactive: true });
    ns.db.prepare("UPDATE customer SET lastmodifieddate = '2030-01-01 23:00:00' WHERE id = ?").run(other);
    const found = async (q: string) => {
      const { body, detail } = await call("GET", `customer?q=${encodeURIComponent(q)}`);
      assert.ok(body.items, `${q}: ${detail}`);
      return body.items.map((each: { id: string }) => each.id);
    };
    assert.deepEqual(await found(`companyName CONTAIN "neil \\"QUOTED"`), [id]);
    assert.deepEqual(await found('companyName START_WITH "second" AND isInactive IS true'), [other]);
    assert.deepEqual(await found(`id ANY_OF [${id}, ${other}]`), [id, other]);
    assert.deepEqual(await found("creditLimit BETWEEN [77, 78] AND companyName EMPTY_NOT"), [id]);
    assert.deepEqual(await found('lastModifiedDate ON "01.01.2030"'), [id], "the day is the zone's");
    assert.deepEqual(await found('lastModifiedDate AFTER "01.01.2030"'), [other]);
    assert.deepEqual(await found('lastModifiedDate ON_OR_AFTER "02.01.2030 12:00 AM"'), [other]);
    assert.deepEqual(await found(`id EQUAL ${id} OR (id EQUAL ${other} AND isInactive IS false)`), [id]);
    const page = (await call("GET", "customer?limit=2&offset=2")).body;
    assert.deepEqual([page.count, page.offset, page.hasMore], [2, 2, true]);
    assert.deepEqual(Object.keys(page.items[0]), ["links", "id"]);
    assert.equal(page.items[0].links[0].href, `${base}customer/${page.items[0].id}`);
    assert.ok(
      page.links.some((link: { rel: string; href: string }) =>
        link.rel === "next" && link.href.endsWith("?limit=2&offset=4")
      ),
    );
    for (
      const [q, code] of [
        ['nothing IS "x"', "NONEXISTENT_FIELD"],
        ['companyName BEFORE "x"', "INVALID_PARAMETER"],
        ['lastModifiedDate ON "2030-01-01"', "INVALID_PARAMETER"],
        ["creditLimit EQUAL much", "INVALID_PARAMETER"],
        ["isInactive IS perhaps", "INVALID_PARAMETER"],
        ['(companyName IS "x"', "INVALID_PARAMETER"],
        ['companyName IS "x" isPerson', "INVALID_PARAMETER"],
        ["companyName", "INVALID_PARAMETER"],
      ] as const
    ) {
      assert.equal((await call("GET", `customer?q=${encodeURIComponent(q)}`)).code, code, q);
    }
    const orders =
      (await call("GET", `salesOrder?q=${encodeURIComponent('tranDate AFTER "01.01.2000"')}&limit=1`)).body;
    ns.db.exec("UPDATE customer SET lastmodifieddate = datecreated WHERE lastmodifieddate > '2029'");
    assert.equal(orders.totalResults, one(ns, `SELECT COUNT(*) AS n FROM "transaction" WHERE type = 'SalesOrd'`).n);
  }));

Deno.test("asynchronous requests become jobs; an idempotency key counts once, and for them only", () =>
  withDemo(async (ns, { call, make }) => {
    ns.faults.set({ asyncMs: 60_000 });
    const headers = { prefer: "respond-async", "x-netsuite-idempotency-key": crypto.randomUUID() };
    const sent = await call("POST", "customer", { companyName: "Later", externalId: "later-1" }, headers);
    assert.deepEqual([sent.status, sent.headers.get("preference-applied")], [202, "respond-async"]);
    const job = new URL(sent.headers.get("location")!).pathname;
    const { body } = await call("GET", job);
    assert.deepEqual([body.id, body.completed, body.progress], [sent.id, false, "pending"]);
    assert.equal((await call("GET", "customer/eid:later-1")).status, 404, "not done yet");
    assert.equal((await call("GET", `${job}/task/1/result`)).status, 404);

    const again = await call("POST", "customer", { companyName: "Later" }, headers);
    assert.deepEqual([again.status, again.code, again.id], [400, "IDEMPOTENCY_ERROR", sent.id]);

    ns.faults.set({ asyncMs: 0 });
    const key = crypto.randomUUID();
    const first = await call("POST", "customer", { companyName: "Now", externalId: "now-1" }, {
      prefer: "respond-async",
      "x-netsuite-idempotency-key": key,
    });
    const done = new URL(first.headers.get("location")!).pathname;
    assert.deepEqual((await call("GET", done)).body.progress, "succeeded");
    const result = await call("GET", `${done}/task/1/result`);
    assert.equal(result.status, 204);
    assert.equal(result.id, (await call("GET", "customer/eid:now-1")).body.id);
    const failed = await call("POST", "customer", { email: "no" }, { prefer: "respond-async" });
    const why = new URL(failed.headers.get("location")!).pathname;
    assert.equal((await call("GET", why)).body.progress, "failed");
    assert.equal((await call("GET", `${why}/task/1/result`)).status, 400);

    const sync = { "x-netsuite-idempotency-key": crypto.randomUUID() };
    assert.equal((await call("POST", "customer", { companyName: "Twice" }, sync)).status, 204);
    assert.equal(
      (await call("POST", "customer", { companyName: "Twice" }, sync)).status,
      204,
      "ignored on synchronous ones",
    );
    await make("customer", { companyName: "Alive" });
  }));

Deno.test("batches take up to a hundred records, asynchronously, each with a result of its own", () =>
  withDemo(async (ns, { call }) => {
    const headers = {
      "content-type": "application/vnd.oracle.resource+json; type=collection",
      prefer: "respond-async",
    };
    const items = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ companyName: `Batch ${i}`, externalId: `b-${i}` }));
    assert.equal((await call("POST", "customer", { items: items(101) }, headers)).code, "INVALID_CONTENT");
    assert.equal(
      (await call("POST", "customer", { items: items(2) }, { ...headers, prefer: "x" })).code,
      "INVALID_PARAMETER",
    );
    const made = await call("POST", "customer", { items: [...items(3), { email: "x" }] }, headers);
    const job = new URL(made.headers.get("location")!).pathname;
    assert.equal((await call("GET", job)).body.progress, "failed");
    const tasks = (await call("GET", `${job}/task`)).body;
    assert.deepEqual(tasks.items.map((task: { progress: string }) => task.progress), [
      "succeeded",
      "succeeded",
      "succeeded",
      "failed",
    ]);
    const ids = await Promise.all([1, 2, 3].map(async (n) => (await call("GET", `${job}/task/${n}/result`)).id));
    const both = (await call("GET", `customer?expandRecords=true&ids=${ids[0]},eid:b-1`)).body;
    assert.deepEqual(both.items.map((each: { companyName: string }) => each.companyName), ["Batch 0", "Batch 1"]);
    await call("PATCH", "customer", { items: [{ id: ids[0], phone: "1" }, { id: ids[1], phone: "2" }] }, headers);
    await call("PUT", "customer", {
      items: [{ externalId: "b-2", phone: "3" }, { externalId: "b-9", companyName: "New" }],
    }, headers);
    await call("GET", "customer?limit=1");
    const phones = ns.db.prepare("SELECT phone FROM customer WHERE externalid LIKE 'b-%' ORDER BY externalid").all();
    assert.deepEqual(phones.map((row) => row.phone), ["1", "2", "3", null]);
    const gone = await call("DELETE", `customer?ids=${ids[0]},eid:b-1`, undefined, { prefer: "respond-async" });
    assert.equal(gone.status, 202);
    assert.equal((await call("GET", "customer/eid:b-1")).status, 404);
  }));

Deno.test("locked records cannot even be read, and a race is told as RCRD_HAS_BEEN_CHANGED", () =>
  withDemo(async (ns, { call, make }) => {
    const id = await make("customer", { companyName: "Locked" });
    ns.faults.set({ locked: [`customer/${id}`, "invoice"] });
    for (const [method, body] of [["GET"], ["PATCH", { phone: "1" }], ["DELETE"]] as const) {
      const answer = await call(method, `customer/${id}`, body);
      assert.deepEqual([answer.status, answer.code], [400, "USER_ERROR"]);
      assert.match(answer.detail ?? "", /locked by a user defined workflow/);
    }
    const invoice = one(ns, `SELECT id FROM "transaction" WHERE type = 'CustInvc'`).id;
    assert.equal((await call("GET", `invoice/${invoice}`)).status, 400);
    ns.faults.set({ locked: [], recordChanged: { next: 1 } });
    assert.equal((await call("PATCH", `customer/${id}`, { phone: "1" })).code, "RCRD_HAS_BEEN_CHANGED");
    assert.equal((await call("PATCH", `customer/${id}`, { phone: "1" })).status, 204);
  }));

Deno.test("the metadata catalog lists types, and describes one as JSON Schema or OpenAPI", () =>
  withDemo(async (ns, { call }) => {
    const all = (await call("GET", "metadata-catalog")).body.items as { name: string }[];
    assert.ok(all.length >= 40 && all.some(({ name }) => name === "salesOrder"));
    const some = (await call("GET", "metadata-catalog?select=customer,salesOrder")).body.items as { name: string }[];
    assert.deepEqual(some.map(({ name }) => name), ["customer", "salesOrder"]);
    const schema = await call("GET", "metadata-catalog/customer", undefined, { accept: "application/schema+json" });
    assert.equal(schema.headers.get("content-type"), "application/schema+json");
    assert.deepEqual(schema.body.properties.creditLimit.type, "number");
    assert.equal(schema.body.properties.custentity_segment["x-ns-custom-field"], true);
    const open =
      (await call("GET", "metadata-catalog/salesOrder", undefined, { accept: "application/swagger+json" })).body;
    assert.ok(open.paths["/salesOrder/{id}"].patch && open.components.schemas.salesOrder.properties.item);
    assert.equal((await call("GET", "metadata-catalog/nothing")).status, 404);
    ns.faults.set({ features: { subsidiaries: false } });
    const left = (await call("GET", "metadata-catalog")).body.items as { name: string }[];
    assert.ok(!left.some(({ name }) => name === "subsidiary"));
  }));

/** Bodies that are refused: method, type, body, code, what the text says; `$customer`, `$item` stand for ids that exist. */
const REFUSED: [method: string, path: string, body: unknown, code: string, says: RegExp, path?: string][] = [
  ["POST", "customer", "{", "INVALID_CONTENT", /not valid JSON/],
  ["POST", "customer", "[]", "INVALID_CONTENT", /must be a JSON object/],
  ["POST", "customer", {}, "USER_ERROR", /Company Name/],
  ["POST", "customer", { isPerson: true }, "USER_ERROR", /Last Name/],
  ["POST", "customer", { companyName: 5 }, "INVALID_CONTENT", /Invalid Field Value 5 .*companyName/, "companyName"],
  [
    "POST",
    "customer",
    { companyName: "x".repeat(4001) },
    "INVALID_CONTENT",
    /maximum number \( 4000 \)/,
    "companyName",
  ],
  ["POST", "customer", { companyName: "x", isInactive: "T" }, "INVALID_CONTENT", /isInactive/, "isInactive"],
  ["POST", "customer", { companyName: "x", creditLimit: "5" }, "INVALID_CONTENT", /creditLimit/, "creditLimit"],
  ["POST", "customer", { companyName: "x", email: "no" }, "INVALID_CONTENT", /email/, "email"],
  ["POST", "customer", { companyName: "x", externalId: "a|b" }, "INVALID_CONTENT", /externalId/, "externalId"],
  ["POST", "customer", { companyName: "x", currency: 1 }, "INVALID_CONTENT", /currency/, "currency"],
  [
    "POST",
    "customer",
    { companyName: "x", currency: { id: "99" } },
    "INVALID_CONTENT",
    /Invalid Field Value 99/,
    "currency",
  ],
  ["POST", "customer", { companyName: "x", currency: { refName: "Gold" } }, "INVALID_CONTENT", /Gold/, "currency"],
  ["POST", "customer", { companyName: "x", terms: { externalId: "no" } }, "INVALID_CONTENT", /terms/, "terms"],
  ["POST", "customer", { companyName: "x", subsidiary: { id: "9" } }, "INVALID_CONTENT", /subsidiary/, "subsidiary"],
  ["POST", "customer", { companyName: "x", lastModifiedDate: "2026-01-01T00:00:00Z" }, "INVALID_CONTENT", /read-only/],
  [
    "POST",
    "customer",
    { companyName: "x", colour: "red" },
    "INVALID_CONTENT",
    /Unknown reference or property.*colour/,
    "colour",
  ],
  ["POST", "customer", { companyname: "x" }, "INVALID_CONTENT", /companyname/, "companyname"],
  ["POST", "customer", { companyName: "x", entityId: "$entityid" }, "USER_ERROR", /already exists/],
  ["POST", "customer", { companyName: "x", addressBook: [] }, "INVALID_CONTENT", /items/, "addressBook"],
  ["POST", "customer", { companyName: "x", addressBook: { items: [5] } }, "INVALID_CONTENT", /items/],
  [
    "POST",
    "customer",
    { companyName: "x", addressBook: { items: [{ addressBookAddress: { zip: 8000 } }] } },
    "INVALID_CONTENT",
    /zip/,
  ],
  [
    "POST",
    "customer",
    { companyName: "x", addressBook: { items: [{ addressBookAddress: { country: "US" } }] } },
    "INVALID_CONTENT",
    /country/,
  ],
  ["POST", "customer", { companyName: "x", addressBook: { items: [{ id: 5 }] } }, "INVALID_CONTENT", /does not exist/],
  ["PATCH", "customer/$customer", { companyName: null }, "USER_ERROR", /Company Name/],
  ["PATCH", "customer/$customer", { firstOrderDate: "2026-01-01" }, "INVALID_CONTENT", /read-only/],
  ["PATCH", "customer/$customer?replace=item", {}, "INVALID_PARAMETER", /no sublist of customer/],
  ["PUT", "customer/$customer", {}, "INVALID_ID", /external ID/],
  ["POST", "employee", { firstName: "A" }, "USER_ERROR", /Last Name/],
  [
    "POST",
    "employee",
    { firstName: "A", lastName: "B", hireDate: "24.12.2026" },
    "INVALID_CONTENT",
    /hireDate/,
    "hireDate",
  ],
  [
    "POST",
    "employee",
    { firstName: "A", lastName: "B", hireDate: "2026-02-30" },
    "INVALID_CONTENT",
    /hireDate/,
    "hireDate",
  ],
  ["POST", "vendor", {}, "USER_ERROR", /Company Name/],
  ["POST", "contact", {}, "USER_ERROR", /Entity Id/],
  ["POST", "inventoryItem", {}, "USER_ERROR", /Item Id/],
  ["POST", "inventoryItem", { itemId: "$itemid" }, "USER_ERROR", /item already exists/],
  ["POST", "inventoryItem", { itemId: "x", averageCost: 5 }, "INVALID_CONTENT", /read-only/],
  ["POST", "inventoryItem", { itemId: "x", itemType: "Kit" }, "INVALID_CONTENT", /read-only/],
  ["POST", "department", {}, "USER_ERROR", /Name/],
  [
    "POST",
    "department",
    { name: "x", parent: { id: "2" }, includeChildren: 1 },
    "INVALID_CONTENT",
    /includechildren|includeChildren/i,
  ],
  ["POST", "subsidiary", { name: "x" }, "USER_ERROR", /do not have permissions to create or change/],
  ["POST", "currency", { name: "x" }, "USER_ERROR", /do not have permissions/],
  ["POST", "itemFulfillment", { entity: { id: "$customer" } }, "USER_ERROR", /transforming/],
  ["POST", "salesOrder", {}, "USER_ERROR", /Entity/],
  ["POST", "salesOrder", { entity: { id: "1" } }, "INVALID_CONTENT", /Invalid Field Value 1 .*entity/, "entity"],
  ["POST", "salesOrder", { entity: { id: "$customer" } }, "USER_ERROR", /at least one line item/],
  ["POST", "salesOrder", order({ item: { id: "9999999" } }), "INVALID_CONTENT", /9999999/, "item.items[0].item"],
  ["POST", "salesOrder", order({ quantity: 1 }), "USER_ERROR", /Please enter value\(s\) for: Item/],
  [
    "POST",
    "salesOrder",
    order({ item: { id: "$item" }, quantity: 0 }),
    "INVALID_CONTENT",
    /quantity/,
    "item.items[0].quantity",
  ],
  ["POST", "salesOrder", order({ item: { id: "$item" }, quantity: -1 }), "INVALID_CONTENT", /quantity/],
  ["POST", "salesOrder", order({ item: { id: "$item" }, quantity: "1" }), "INVALID_CONTENT", /quantity/],
  ["POST", "salesOrder", order({ item: { id: "$item" }, rate: "1" }), "INVALID_CONTENT", /rate/, "item.items[0].rate"],
  [
    "POST",
    "salesOrder",
    order({ item: { id: "$item" }, amount: true }),
    "INVALID_CONTENT",
    /amount/,
    "item.items[0].amount",
  ],
  ["POST", "salesOrder", order({ item: { id: "$item" }, description: 5 }), "INVALID_CONTENT", /description/],
  [
    "POST",
    "salesOrder",
    order({ item: { id: "$item" }, class: { id: "99999" } }),
    "INVALID_CONTENT",
    /class/,
    "item.items[0].class",
  ],
  ["POST", "salesOrder", order({ item: { id: "$item" }, expectedShipDate: "soon" }), "INVALID_CONTENT", /soon/],
  ["POST", "salesOrder", order({ item: { id: "$item" }, colour: "x" }), "INVALID_CONTENT", /item\.items\[0\]\.colour/],
  [
    "POST",
    "salesOrder",
    order({ item: { id: "$item" } }, { tranDate: "2026-13-01" }),
    "INVALID_CONTENT",
    /tranDate/,
    "tranDate",
  ],
  ["POST", "salesOrder", order({ item: { id: "$item" } }, { exchangeRate: 0 }), "INVALID_CONTENT", /exchangeRate/],
  ["POST", "salesOrder", order({ item: { id: "$item" } }, { location: { id: "999" } }), "INVALID_CONTENT", /location/],
  [
    "POST",
    "salesOrder",
    order({ item: { id: "$item" } }, { orderStatus: { id: "G" } }),
    "INVALID_CONTENT",
    /orderStatus/,
  ],
  ["POST", "salesOrder", order({ item: { id: "$item" } }, { orderStatus: 5 }), "INVALID_CONTENT", /orderStatus/],
  ["POST", "salesOrder", order({ item: { id: "$item" } }, { shippingCost: 5 }), "USER_ERROR", /Ship Method/],
  ["POST", "salesOrder", order({ item: { id: "$item" } }, { total: 5 }), "INVALID_CONTENT", /read-only/, "total"],
  [
    "POST",
    "salesOrder",
    order({ item: { id: "$item" } }, { shipMethod: { id: "5" } }),
    "INVALID_CONTENT",
    /shipMethod/,
  ],
  ["PATCH", "salesOrder/$order", { item: { items: [{ line: 99, quantity: 1 }] } }, "INVALID_CONTENT", /line 99/],
  ["PATCH", "salesOrder/$order", { entity: { id: "$other" } }, "USER_ERROR", /may not change the entity/],
  ["PATCH", "salesOrder/$order", { orderStatus: { id: "C" } }, "USER_ERROR", /cannot be changed/],
  ["PATCH", "salesOrder/$order", { tranDate: null }, "USER_ERROR", /Date/],
  ["PATCH", "invoice/$invoice", { item: { items: [{ item: { id: "$item" } }] } }, "USER_ERROR", /made from another/],
  [
    "POST",
    "invoice",
    { ...order({ item: { id: "$item" } }), tranDate: "$closed" },
    "USER_ERROR",
    /period .* is closed/,
  ],
  ["POST", "customerPayment", {}, "USER_ERROR", /Customer/],
  ["POST", "customerPayment", { customer: { id: "$customer" } }, "USER_ERROR", /Payment Amount/],
  ["POST", "customerPayment", { customer: { id: "$customer" }, payment: -5 }, "INVALID_CONTENT", /payment/],
  [
    "POST",
    "customerPayment",
    { customer: { id: "$customer" }, apply: { items: [{ doc: { id: "$order" } }] } },
    "INVALID_CONTENT",
    /doc/,
  ],
  ["PATCH", "customer/0", {}, "NONEXISTENT_ID", /does not exist/],
  ["PATCH", "customer", {}, "METHOD_NOT_ALLOWED", /GET, POST/],
  ["POST", "customer/$customer", {}, "NONEXISTENT_ID", /does not exist/],
  ["POST", "customer/$customer/!transform/salesOrder", {}, "INVALID_PARAMETER", /cannot become/],
  ["POST", "salesOrder/$order/!transform/nothing", {}, "NONEXISTENT_ID", /does not exist/],
];
function order(line: object, more: object = {}) {
  return { entity: { id: "$customer" }, ...more, item: { items: [line] } };
}

Deno.test("a body that is not right is refused by what is wrong with it, and changes nothing", () =>
  withDemo(async (ns, { call, make }) => {
    const [customer, item] = [wholesaler(ns), stocked(ns)];
    const id = await make("salesOrder", { entity: { id: customer }, item: { items: [{ item: { id: item } }] } });
    const known: Record<string, string> = {
      customer,
      item,
      order: id,
      other: String(one(ns, `SELECT id FROM customer WHERE id <> ${customer}`).id),
      entityid: String(one(ns, "SELECT entityid FROM customer").entityid),
      itemid: String(one(ns, "SELECT itemid FROM item WHERE itemtype = 'InvtPart'").itemid),
      invoice: String(
        one(
          ns,
          `SELECT t.id FROM "transaction" t JOIN accountingperiod p ON p.id = t.postingperiod WHERE t.type = 'CustInvc' AND p.closed = 'F'`,
        ).id,
      ),
      closed: String(
        one(ns, "SELECT startdate FROM accountingperiod WHERE closed = 'T' AND isposting = 'T'").startdate,
      ),
    };
    const fill = (text: string) => text.replace(/\$([a-z]+)/g, (_, name) => known[name]!);
    const rows = () =>
      one(
        ns,
        `SELECT (SELECT COUNT(*) FROM customer) || (SELECT COUNT(*) FROM "transaction") || (SELECT COUNT(*) FROM item) AS n`,
      ).n;
    const before = rows();
    for (const [method, path, body, code, says, at] of REFUSED) {
      const text = fill(typeof body === "string" ? body : JSON.stringify(body));
      const answer = await call(method, fill(path), text, { "x-netsuite-propertynamevalidation": "Error" });
      const name = `${method} ${path} ${text.slice(0, 120)}`;
      assert.equal(answer.code, code, `${name}: ${answer.status} ${answer.detail}`);
      assert.match(answer.detail ?? "", says, name);
      if (at) assert.equal(answer.path, at, name);
    }
    assert.equal(rows(), before);
  }));

Deno.test("unknown properties are refused, warned of or ignored, as the header says", () =>
  withDemo(async (_ns, { call }) => {
    const body = { companyName: "Names", colour: "red" };
    const header = "x-netsuite-propertynamevalidation";
    const warned = await call("POST", "customer", body);
    assert.equal(warned.status, 204);
    assert.match(warned.headers.get("warning") ?? "", /colour/);
    const ignored = await call("POST", "customer", body, { [header]: "Ignore" });
    assert.deepEqual([ignored.status, ignored.headers.get("warning")], [204, null]);
    assert.equal((await call("POST", "customer", body, { [header]: "Error" })).status, 400);
    assert.equal((await call("POST", "customer", body, { [header]: "Perhaps" })).code, "INVALID_HEADER");
    const values = await call("POST", "customer", { companyName: "Values", creditLimit: "much" }, {
      "x-netsuite-propertyvaluevalidation": "Warning",
    });
    assert.equal(values.status, 204);
    assert.match(values.headers.get("warning") ?? "", /creditLimit/);
  }));
