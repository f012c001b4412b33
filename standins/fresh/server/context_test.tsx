import assert from "node:assert/strict";
import { App, type Context } from "../mod.ts";
import { ask, askText, quiet } from "../testing/ask.ts";
import { bodyOf } from "../testing/html.ts";

const location = async (to: string, path = "/") => {
  const response = await ask(new App().get("/", (ctx) => ctx.redirect(to)))(path);
  return response.headers.get("location");
};

Deno.test("ctx.redirect keeps local paths on this site", async () => {
  assert.equal(await location("/"), "/");
  assert.equal(await location("//evil.com"), "/evil.com");
  assert.equal(await location("//evil.com/foo//bar"), "/evil.com/foo/bar");
  assert.equal(await location("/\\evil.com"), "/evil.com");
  assert.equal(await location("/a//b?x=//y#//z"), "/a/b?x=//y#//z");
  assert.equal(await location("https://deno.com//x"), "https://deno.com//x");
});

Deno.test("ctx.redirect has 302 or the given status", async () => {
  const app = new App().get("/", (ctx) => ctx.redirect("/x")).get("/307", (ctx) => ctx.redirect("/x", 307));
  assert.equal((await ask(app)("/")).status, 302);
  assert.equal((await ask(app)("/307")).status, 307);
});

Deno.test("ctx.redirect carries a partial request on, before the hash", async () => {
  assert.equal(await location("/x#a", "/?fresh-partial=true"), "/x?fresh-partial=true#a");
  assert.equal(await location("/x?y=1", "/?fresh-partial=true"), "/x?y=1&fresh-partial=true");
});

Deno.test("ctx.isPartial and ctx.route tell what was asked", async () => {
  const app = new App().use((ctx) => new Response(`${ctx.isPartial} ${ctx.route}`)).get("/a/:id", () => new Response());
  assert.equal(await askText(app)("/a/1"), "false /a/:id");
  assert.equal(await askText(app)("/b?fresh-partial"), "true null");
});

Deno.test("ctx.text, html and json set their type and keep what is given", async () => {
  const app = new App()
    .get("/text", (ctx) => ctx.text("a", { status: 201, headers: { "x-one": "1" } }))
    .get("/html", (ctx) => ctx.html("<p>"))
    .get("/json", (ctx) => ctx.json({ a: 1 }, { status: 202 }));
  const text = await ask(app)("/text");
  assert.deepEqual([text.status, text.headers.get("x-one")], [201, "1"]);
  assert.match(text.headers.get("content-type") ?? "", /^text\/plain/);
  assert.equal((await ask(app)("/html")).headers.get("content-type"), "text/html; charset=utf-8");
  const json = await ask(app)("/json");
  assert.deepEqual([json.status, await json.json()], [202, { a: 1 }]);
});

Deno.test("ctx.stream sends the pieces of lists, generators and functions, and ends the source when cancelled", async () => {
  let ended = false;
  async function* letters() {
    try {
      yield "a";
      await Promise.resolve();
      yield new TextEncoder().encode("b");
      yield "c";
    } finally {
      ended = true;
    }
  }
  const app = new App()
    .get("/list", (ctx) => ctx.stream(["x", "y"]))
    .get("/made", (ctx) => ctx.stream(letters, { headers: { "content-type": "text/csv" } }))
    .get("/iterator", (ctx) => ctx.stream(letters()));
  assert.equal(await askText(app)("/list"), "xy");
  const made = await ask(app)("/made");
  assert.equal(made.headers.get("content-type"), "text/csv");
  assert.equal(await made.text(), "abc");
  ended = false;
  const reader = (await ask(app)("/iterator")).body?.getReader();
  await reader?.read();
  await reader?.cancel();
  assert.equal(ended, true);
});

Deno.test("ctx.render refuses what is no element, with 500", async () => {
  using _ = quiet();
  const app = new App()
    .get("/none", (ctx) => (ctx as unknown as { render(): Promise<Response> }).render())
    .get("/object", (ctx) => ctx.render({} as never))
    .get("/text", (ctx) => ctx.render("text" as never))
    .get("/null", (ctx) => ctx.render(null));
  assert.equal((await ask(app)("/none")).status, 500);
  assert.equal((await ask(app)("/object")).status, 500);
  assert.equal((await ask(app)("/text")).status, 500);
  assert.equal((await ask(app)("/null")).status, 200);
});

Deno.test("ctx.render keeps the given status, headers and type", async () => {
  const app = new App()
    .get("/", (ctx) => ctx.render(<p>a</p>, { status: 418, statusText: "teapot", headers: { "x-one": "1" } }))
    .get("/feed", (ctx) => ctx.render(<p>a</p>, { headers: { "content-type": "application/xhtml+xml" } }));
  const response = await ask(app)("/");
  assert.deepEqual([response.status, response.statusText, response.headers.get("x-one")], [418, "teapot", "1"]);
  assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
  assert.equal((await ask(app)("/feed")).headers.get("content-type"), "application/xhtml+xml");
});

Deno.test("ctx.render puts the page into layouts and wrapper, or leaves them out", async () => {
  const app = new App()
    .appWrapper(({ Component }) => (
      <>
        app/<Component />
      </>
    ))
    .layout("/", ({ Component }) => (
      <>
        layout/<Component />
      </>
    ))
    .layout("/foo", ({ Component }) => (
      <>
        foo/<Component />
      </>
    ))
    .get("/foo", (ctx) => ctx.render(<>page</>))
    .get("/bare", (ctx) => ctx.render(<>page</>, undefined, { skipAppWrapper: true, skipInheritedLayouts: true }));
  assert.equal(bodyOf(await askText(app)("/foo")), "app/layout/foo/page");
  assert.equal(bodyOf(await askText(app)("/bare")), "page");
});

Deno.test("ctx.state of one request is not that of another", async () => {
  const app = new App<{ n?: number }>().get("/", (ctx: Context<{ n?: number }>) => {
    ctx.state.n = (ctx.state.n ?? 0) + 1;
    return new Response(String(ctx.state.n));
  });
  const text = askText(app);
  assert.deepEqual([await text("/"), await text("/")], ["1", "1"]);
});
