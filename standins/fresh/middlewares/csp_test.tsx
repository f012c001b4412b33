import assert from "node:assert/strict";
import { App, csp, type CSPOptions } from "../mod.ts";
import { ask } from "../testing/ask.ts";
import { withBuild } from "../testing/fake_build.ts";

const CSP = "content-security-policy";
const Island = () => <b>island</b>;
const serve = (options?: CSPOptions) =>
  ask(withBuild(
    new App().use(csp(options))
      .get("/", () => new Response("ok"))
      .get("/redirect", () => Response.redirect("http://localhost/"))
      .get("/page", (ctx) =>
        ctx.render(
          <html>
            <head>
              <style>{"b{}"}</style>
              <script nonce="own" src="/x.js"></script>
            </head>
            <body>
              <script>1</script>
              <Island />
            </body>
          </html>,
        )),
    { islands: { I: { Island } } },
  ));

Deno.test("csp sends 13 directives", async () => {
  const policy = (await serve()("/")).headers.get(CSP) ?? "";
  const names = policy.split("; ").map((directive) => directive.split(" ")[0]);
  assert.equal(names.length, 13);
  assert.equal(names[0], "default-src");
  assert.equal(names.at(-1), "upgrade-insecure-requests");
});

Deno.test("csp takes a given directive in place of the default of its name", async () => {
  const policy = (await serve({ csp: ["img-src *", "script-src 'none'"] })("/")).headers.get(CSP) ?? "";
  assert.equal(policy.match(/img-src [^;]*/g)?.join(), "img-src *");
  assert.equal(policy.match(/script-src [^;]*/g)?.join(), "script-src 'none'");
});

Deno.test("csp reports where it is told, or only reports", async () => {
  const { headers } = await serve({ reportTo: "/reports" })("/");
  assert.match(headers.get(CSP) ?? "", /report-to csp-endpoint; report-uri \/reports/);
  assert.equal(headers.get("reporting-endpoints"), 'csp-endpoint="/reports"');
  const only = (await serve({ reportOnly: true })("/")).headers;
  assert.equal(only.get(CSP), null);
  assert.match(only.get(`${CSP}-report-only`) ?? "", /default-src/);
});

Deno.test("csp with useNonce: each page has its own nonce, on every script and style element", async () => {
  const request = serve({ useNonce: true });
  const nonces = new Set<string>();
  for (let i = 0; i < 2; i++) {
    const response = await request("/page");
    const policy = response.headers.get(CSP) ?? "";
    const nonce = /'nonce-([a-f0-9]+)'/.exec(policy)?.[1] ?? "";
    nonces.add(nonce);
    assert.doesNotMatch(policy, /unsafe-inline/);
    const tags = (await response.text()).match(/<(script|style)[^>]*>/g) ?? [];
    assert.equal(tags.length, 5);
    for (const tag of tags) assert.match(tag, tag.includes("/x.js") ? /nonce="own"/ : new RegExp(`nonce="${nonce}"`));
  }
  assert.equal(nonces.size, 2);
  assert.match((await request("/")).headers.get(CSP) ?? "", /'unsafe-inline'/, "of what is no page");
});

Deno.test("csp adds to responses whose headers cannot be changed", async () => {
  const response = await serve()("/redirect");
  assert.equal(response.status, 302);
  assert.ok(response.headers.has(CSP));
});
