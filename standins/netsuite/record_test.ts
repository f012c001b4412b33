import assert from "node:assert/strict";
import { startNetSuite } from "./server.ts";
import { send } from "./test_client.ts";

Deno.test("GET record answers one record with real types, references and UTC times", async () => {
  const ns = await startNetSuite({ company: "none" });
  try {
    ns.db.exec(`INSERT INTO currency (id, name) VALUES (1, 'US Dollar');
      INSERT INTO customer (id, entityid, companyname, isperson, creditlimit, currency, lastmodifieddate, externalid, firstorderdate)
        VALUES (107, 'C107', 'Zoë & Sons', 'F', 12.5, 1, '2026-11-03 09:15:27', 'crm-9', '2026-01-02');
      INSERT INTO "transaction" (id, tranid, recordtype, type, trandate) VALUES (5, 'SO5', 'salesorder', 'SalesOrd', '2026-03-01')`);
    const get = (path: string, method = "GET") => send(ns.settings, method, `/services/rest/record/v1/${path}`);
    const base = `${ns.settings.NETSUITE_BASE_URL}/services/rest/record/v1`;
    const expected = {
      links: [{ rel: "self", href: `${base}/customer/107` }],
      id: "107",
      entityId: "C107",
      companyName: "Zoë & Sons",
      isPerson: false,
      currency: { links: [{ rel: "self", href: `${base}/currency/1` }], id: "1", refName: "US Dollar" },
      creditLimit: 12.5,
      lastModifiedDate: "2026-11-03T09:15:27Z",
      firstOrderDate: "2026-01-02",
      externalId: "crm-9",
    };
    assert.deepEqual(await (await get("customer/107")).json(), expected);
    assert.deepEqual(await (await get("customer/eid:crm-9")).json(), expected);
    assert.deepEqual(await (await get("salesOrder/5?fields=tranId")).json(), {
      links: [{ rel: "self", href: `${base}/salesOrder/5` }],
      id: "5",
      tranId: "SO5",
    });
    for (
      const [path, status, code] of [
        ["customer/999999", 404, "NONEXISTENT_ID"],
        ["invoice/5", 404, "NONEXISTENT_ID"],
        ["nothing/5", 404, "NONEXISTENT_ID"],
        ["customer/abc", 400, "INVALID_ID"],
        ["customer/107?expandSubResources=true", 400, "INVALID_PARAMETER"],
      ] as const
    ) {
      const response = await get(path);
      assert.deepEqual(
        [response.status, (await response.json())["o:errorDetails"][0]["o:errorCode"]],
        [status, code],
        path,
      );
    }
    assert.equal((await (await get("customer/107", "DELETE")).json()).status, 405);
  } finally {
    await ns.close();
  }
});
