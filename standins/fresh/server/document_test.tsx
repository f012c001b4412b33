import assert from "node:assert/strict";
import type { ComponentChildren } from "preact";
import { App } from "../mod.ts";
import { asset, Head } from "../runtime.ts";
import { ask, askText, quiet } from "../testing/ask.ts";
import { FAKE_BUILD_ID, withBuild } from "../testing/fake_build.ts";
import { bodyOf, headOf } from "../testing/html.ts";

const render = (children: ComponentChildren) => askText(new App().get("/", (ctx) => ctx.render(<>{children}</>)))("/");

Deno.test("a page gets the elements that it lacks", async () => {
  assert.equal(
    await render(<p>a</p>),
    '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><p>a</p></body></html>',
  );
  assert.equal(
    await render(
      <body class="b">
        <p>a</p>
      </body>,
    ),
    '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body class="b"><p>a</p></body></html>',
  );
  assert.equal(
    await render(
      <>
        <head lang="x">
          <title>t</title>
        </head>
        <p>a</p>
      </>,
    ),
    '<!DOCTYPE html><html><head lang="x"><title>t</title></head><body><p>a</p></body></html>',
  );
  assert.equal(
    await render(
      <html lang="de">
        <p>a</p>
      </html>,
    ),
    '<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"></head><body><p>a</p></body></html>',
  );
  assert.equal(
    await render(
      <html lang="de">
        <head>
          <title>t</title>
        </head>
        <body class="b">a</body>
      </html>,
    ),
    '<!DOCTYPE html><html lang="de"><head><title>t</title></head><body class="b">a</body></html>',
  );
});

Deno.test("a page without islands has no script and no Link header", async () => {
  const app = withBuild(new App().get("/", (ctx) => ctx.render(<p>a</p>)), { islands: { X: { default: () => null } } });
  const response = await ask(app)("/");
  assert.equal(response.headers.get("link"), null);
  assert.doesNotMatch(await response.text(), /<script|<template|<!--/);
});

const Doc = (props: { head?: ComponentChildren; children?: ComponentChildren }) => (
  <html>
    <head>
      <meta charset="utf-8" />
      <title>base</title>
      <meta name="description" content="base" />
      <style>plain</style>
      <style key="a">keyed</style>
      {props.head}
    </head>
    <body>{props.children}</body>
  </html>
);

Deno.test("<Head> replaces the title and a meta of the same name, in place, and adds the rest", async () => {
  const head = headOf(
    await render(
      <Doc>
        <h1>page</h1>
        <Head>
          <title>own</title>
          <meta name="description" content="own" />
          <meta name="robots" content="none" />
          <link rel="icon" href="/i.svg" />
        </Head>
      </Doc>,
    ),
  );
  assert.match(head, /^\s*<meta charset="utf-8"\/>\s*<title>own<\/title>\s*<meta name="description" content="own"\/>/);
  assert.match(head, /<meta name="robots" content="none"\/>\s*<link rel="icon" href="\/i.svg"\/>$/);
  assert.doesNotMatch(head, /base/);
});

Deno.test("<Head> replaces an element of the same key and no other", async () => {
  const head = headOf(
    await render(
      <Doc>
        <Head>
          <style key="a">own</style>
        </Head>
      </Doc>,
    ),
  );
  assert.match(head, /<style>plain<\/style>/);
  assert.match(head, /<style>own<\/style>/);
  assert.doesNotMatch(head, /keyed/);
});

Deno.test("<Head> may come twice and from deep inside; the later one wins, elements of one stay side by side", async () => {
  const Deep = () => (
    <Head>
      <title>deep</title>
    </Head>
  );
  const html = await render(
    <Doc>
      <Head>
        <title>first</title>
        <meta property="og:image" content="1" />
        <meta property="og:image" content="2" />
      </Head>
      <main>
        <Deep />
      </main>
    </Doc>,
  );
  assert.equal(html.match(/<title>/g)?.length, 1);
  assert.match(html, /<title>deep<\/title>/);
  assert.equal(html.match(/og:image/g)?.length, 2);
  assert.match(bodyOf(html), /^<main><\/main>$/);
});

Deno.test("<Head> works without a document of one's own, and escapes", async () => {
  const head = headOf(
    await render(
      <Head>
        <title>{"</title><script>alert(1)</script>"}</title>
      </Head>,
    ),
  );
  assert.equal(head, '<meta charset="utf-8"><title>&lt;/title>&lt;script>alert(1)&lt;/script></title>');
});

Deno.test("pictures are addressed by build unless they ask not to be", async () => {
  const element = <img src="/a.png" srcset="/b.png 1x, /c.png 2x" />; // rendered twice: elements may be shared
  const app = withBuild(
    new App().get("/", (ctx) =>
      ctx.render(
        <>
          {element}
          <source src="/d.mp4" />
          <img src="/e.png" data-fresh-disable-lock />
          <img src="https://cdn.example/f.png" />
          <i>{asset("/g.png?x=1#h")}</i>
        </>,
      )),
    {},
  );
  for (let i = 0; i < 2; i++) {
    const body = bodyOf(await askText(app)("/"));
    const id = `__frsh_c=${FAKE_BUILD_ID}`;
    assert.match(body, new RegExp(`<img src="/a.png\\?${id}" srcset="/b.png\\?${id} 1x, /c.png\\?${id} 2x"/>`));
    assert.match(body, new RegExp(`<source src="/d.mp4\\?${id}"`));
    assert.match(body, /<img src="\/e.png"/);
    assert.match(body, /<img src="https:\/\/cdn.example\/f.png"/);
    assert.match(body, new RegExp(`<i>/g.png\\?x=1&amp;${id}#h</i>`));
  }
});

Deno.test("links tell whether they lead to this page or to one above", async () => {
  const Links = () => (
    <>
      <a href="/">home</a>
      <a href="/shop/">shop</a>
      <a href="/shop/item?x=1#y">item</a>
      <a href="/shop/item/deeper">deeper</a>
      <a href="/sho">other</a>
      <a href="https://example.com/shop/item">away</a>
      <a href="/shop" aria-current="step">own</a>
    </>
  );
  const app = new App().get("/shop/item", (ctx) => ctx.render(<Links />));
  const body = bodyOf(await askText(app)("/shop/item"));
  const tag = (text: string) => new RegExp(`<a ([^>]*)>${text}<`).exec(body)?.[1] ?? "";
  assert.match(tag("home"), /data-ancestor="true" aria-current="true"/);
  assert.match(tag("shop"), /data-ancestor="true" aria-current="true"/);
  assert.match(tag("item"), /data-current="true" aria-current="page"/);
  assert.doesNotMatch(tag("deeper") + tag("other") + tag("away"), /aria-current|data-/);
  assert.match(tag("own"), /aria-current="step"/);
});

Deno.test("an async component inside JSX is an error that names it", async () => {
  using log = quiet();
  const Late = () => Promise.resolve(<p>a</p>);
  // deno-lint-ignore require-await -- being async is what is tested
  async function Never() {
    return <p>a</p>;
  }
  const Component = Never as unknown as typeof Late;
  const app = new App().get("/", (ctx) =>
    ctx.render(
      <div>
        <Component />
      </div>,
    ));
  assert.equal((await ask(app)("/")).status, 500);
  assert.match(String(log.errors[0]), /<Never>: only pages and layouts may be async/);
});

Deno.test("text is escaped wherever it stands", async () => {
  const bad = `"><script>alert(1)</script>`;
  const body = bodyOf(await render(<p title={bad}>{bad}</p>));
  assert.doesNotMatch(body, /<script>/);
});

Deno.test("a page that is rendered while another failed is not touched by it", async () => {
  using _ = quiet();
  const Broken = (): never => {
    throw new Error("broken");
  };
  const app = new App()
    .get("/broken", (ctx) =>
      ctx.render(
        <html>
          <head>
            <Broken />
          </head>
        </html>,
      ))
    .get("/", (ctx) => ctx.render(<title>in the body</title>));
  await ask(app)("/broken");
  assert.equal(bodyOf(await askText(app)("/")), "<title>in the body</title>");
});
