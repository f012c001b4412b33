import assert from "node:assert/strict";
import { App, cors, type CORSOptions, ipFilter, type IpFilterRules, trailingSlashes } from "../mod.ts";
import { ask } from "../testing/ask.ts";

Deno.test("trailingSlashes sends each path to its one form, with the query", async () => {
  const to = async (mode: "always" | "never", path: string) => {
    const app = new App().use(trailingSlashes(mode)).get("/*", () => new Response("ok"));
    const response = await ask(app)(path);
    return response.headers.get("location") ?? String(response.status);
  };
  assert.equal(await to("always", "/"), "200");
  assert.equal(await to("always", "/foo?a=1"), "/foo/?a=1");
  assert.equal(await to("always", "/foo/bar/"), "200");
  assert.equal(await to("never", "/"), "200");
  assert.equal(await to("never", "/foo/?a=1"), "/foo?a=1");
  assert.equal(await to("never", "/foo"), "200");
});

const corsHeaders = async (options: CORSOptions | undefined, init: RequestInit) => {
  const response = await ask(new App().use(cors(options)).get("/", () => new Response("ok")))("/", init);
  return { status: response.status, get: (name: string) => response.headers.get(name) };
};

Deno.test("cors without options lets everybody read, and answers preflights", async () => {
  const read = await corsHeaders(undefined, {});
  assert.deepEqual([read.get("access-control-allow-origin"), read.get("vary")], ["*", null]);
  const asked = { "access-control-request-headers": "X-A, Content-Type" };
  const preflight = await corsHeaders(undefined, { method: "OPTIONS", headers: asked });
  assert.equal(preflight.status, 204);
  assert.match(preflight.get("access-control-allow-methods") ?? "", /^GET/);
  assert.equal(preflight.get("access-control-allow-headers"), "X-A,Content-Type");
});

Deno.test("cors with an origin names only those that are allowed, and varies by it", async () => {
  const headers = { origin: "https://a.example" };
  const by = async (origin: CORSOptions["origin"]) => {
    const response = await corsHeaders({ origin }, { headers });
    assert.equal(response.get("vary"), "Origin");
    return response.get("access-control-allow-origin");
  };
  assert.equal(await by("https://a.example"), "https://a.example");
  assert.equal(await by("https://b.example"), null);
  assert.equal(await by(["https://b.example", "https://a.example"]), "https://a.example");
  assert.equal(await by(["https://b.example"]), null);
  assert.equal(await by((origin) => origin), "https://a.example");
});

Deno.test("cors sends what else it is told", async () => {
  const options = {
    credentials: true,
    exposeHeaders: ["X-A"],
    maxAge: 600,
    allowHeaders: ["X-B"],
    allowMethods: ["PUT"],
  };
  const preflight = await corsHeaders(options, { method: "OPTIONS" });
  assert.equal(preflight.get("access-control-allow-credentials"), "true");
  assert.equal(preflight.get("access-control-expose-headers"), "X-A");
  assert.equal(preflight.get("access-control-max-age"), "600");
  assert.equal(preflight.get("access-control-allow-headers"), "X-B");
  assert.equal(preflight.get("access-control-allow-methods"), "PUT");
});

const from = async (hostname: string, rules: IpFilterRules) => {
  const handler = new App().use(ipFilter(rules)).get("/", () => new Response("ok")).handler();
  const remoteAddr: Deno.NetAddr = { transport: "tcp", hostname, port: 1 };
  return (await handler(new Request("http://localhost/"), { remoteAddr, completed: Promise.resolve() })).status;
};

Deno.test("ipFilter: deny wins over allow, blocks count, of both families", async () => {
  assert.equal(await from("10.0.0.1", {}), 200);
  assert.equal(await from("10.0.0.1", { denyList: ["10.0.0.0/8"] }), 403);
  assert.equal(await from("11.0.0.1", { denyList: ["10.0.0.0/8"] }), 200);
  assert.equal(await from("2001:db8::1", { denyList: ["2001:db8::/32"] }), 403);
  assert.equal(await from("10.0.0.1", { allowList: ["10.0.0.1"] }), 200);
  assert.equal(await from("10.0.0.2", { allowList: ["10.0.0.1"] }), 403);
  assert.equal(await from("10.0.0.1", { allowList: ["10.0.0.1"], denyList: ["10.0.0.1"] }), 403);
});

Deno.test("ipFilter refuses a rule that is no address, and answers as it is told", async () => {
  assert.throws(() => ipFilter({ denyList: ["10.0.0.0/99"] }), /"10.0.0.0\/99"/);
  assert.throws(() => ipFilter({ allowList: ["example.com"] }), /"example.com"/);
  const blocked = ipFilter({ allowList: ["10.0.0.1"] }, { onBlocked: () => new Response("go away", { status: 401 }) });
  const app = new App().use(blocked).get("/", () => new Response("ok"));
  assert.equal((await ask(app)("/")).status, 401);
});
