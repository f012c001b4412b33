/**
 * A program that works with an account through two published clients, unmodified but for host and keys. It runs in a process
 * of its own, which can be told to trust a certificate. Prints JSON.
 *
 *     deno run -A --cert CA.pem independent_client.ts '{"NETSUITE_BASE_URL": …}'
 */
import fye from "@fye/netsuite-rest-api";
import NetsuiteRest from "netsuite-rest";

/** What the second client's calls answer. */
interface Answer {
  statusCode: number;
  headers: Record<string, string>;
  // deno-lint-ignore no-explicit-any -- whatever JSON the server sent
  body: any;
  // deno-lint-ignore no-explicit-any -- see above
  data: any;
}

const ORDERED = "SELECT id, entityid FROM customer ORDER BY id";

async function withNetsuiteRest(settings: Record<string, string>) {
  const client = new NetsuiteRest({
    consumer_key: settings.NETSUITE_CONSUMER_KEY,
    consumer_secret_key: settings.NETSUITE_CONSUMER_SECRET,
    token: settings.NETSUITE_TOKEN_ID,
    token_secret: settings.NETSUITE_TOKEN_SECRET,
    realm: settings.NETSUITE_ACCOUNT_ID,
    base_url: settings.NETSUITE_BASE_URL,
  });
  const call = (path: string, method = "GET", body?: object): Promise<Answer> =>
    client.request({
      path,
      method,
      ...(body ? { body: JSON.stringify(body), heads: { "Content-Type": "application/json" } } : {}),
    });
  const ids: string[] = [];
  let pages = 0;
  for (let offset = 0, more = true; more; offset += 40) {
    const { data } = await call(`query/v1/suiteql?limit=40&offset=${offset}`, "POST", { q: ORDERED });
    ids.push(...data.items.map((row: { id: string }) => row.id));
    more = data.hasMore;
    pages++;
  }
  const made = await call("record/v1/customer", "POST", {
    companyName: "Independent",
    email: "a@b.example",
    externalId: "independent-1",
  });
  const path = "record/v1/customer/eid:independent-1"; // this client drops the headers of answers
  const read = (await call(path)).data;
  const updated = await call(path, "PATCH", { phone: "555-0100" });
  const again = (await call(path)).data;
  const deleted = await call(path, "DELETE");
  const missing = await call(path).then(() => null, (error) => error.response?.statusCode ?? String(error));
  return {
    ids,
    pages,
    statuses: [made.statusCode, updated.statusCode, deleted.statusCode, missing],
    name: read.companyName,
    phone: again.phone,
  };
}

async function withFye(settings: Record<string, string>) {
  const config = {
    netsuiteApiHost: new URL(settings.NETSUITE_BASE_URL!).host,
    consumerKey: settings.NETSUITE_CONSUMER_KEY,
    consumerSecret: settings.NETSUITE_CONSUMER_SECRET,
    netsuiteAccountId: settings.NETSUITE_ACCOUNT_ID,
    netsuiteTokenKey: settings.NETSUITE_TOKEN_ID,
    netsuiteTokenSecret: settings.NETSUITE_TOKEN_SECRET,
    netsuiteQueryLimit: 40,
  };
  const ids: string[] = [];
  for await (const row of fye.suiteqlSearch(config, { query: ORDERED })) ids.push(row.id);
  const call = (method: string, path: string, query?: object): Promise<Answer> =>
    fye.makeRequest(config, { method, path: `services/rest/record/v1/${path}`, requestType: "record", query });
  const made = await call("POST", "customer", { companyName: "By another" });
  const id = made.headers.location!.split("/").at(-1)!;
  const read = (await call("GET", `customer/${id}`)).body;
  const updated = await fye.update(config, {
    id,
    updateValues: { phone: "555-0101" },
    path: "services/rest/record/v1/customer",
  });
  const again = (await call("GET", `customer/${id}`)).body;
  const deleted = await call("DELETE", `customer/${id}`);
  const missing = await call("GET", `customer/${id}`);
  return {
    ids,
    statuses: [made.statusCode, updated.statusCode, deleted.statusCode, missing.statusCode],
    name: read.companyName,
    phone: again.phone,
  };
}

if (import.meta.main) {
  const settings = JSON.parse(Deno.args[0]!);
  console.log(JSON.stringify({ netsuiteRest: await withNetsuiteRest(settings), fye: await withFye(settings) }));
}
