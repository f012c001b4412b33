import assert from "node:assert/strict";
import { App, type Context, HttpError, page, type PageProps } from "../mod.ts";
import { ask, askText, quiet } from "../testing/ask.ts";
import { withBuild } from "../testing/fake_build.ts";
import { bodyOf } from "../testing/html.ts";

type Props = PageProps<unknown, { text: string }>;
const serve = (routes: Record<string, unknown>) =>
  withBuild(new App<{ text: string }>().fsRoutes(), { routes, mode: "development" });
const pages = (routes: Record<string, unknown>) => {
  const text = askText(serve(routes));
  return async (path: string) => bodyOf(await text(path));
};
const wrap = (name: string) => ({ Component }: Props) => (
  <>
    {name}/<Component />
  </>
);
const set = (text: string) => (ctx: Context<{ text: string }>) => {
  ctx.state.text = (ctx.state.text ?? "") + text;
  return ctx.next();
};
const answer = (text: string) => ({ handler: () => new Response(text) });

Deno.test("routes: a file without any of its exports is refused, naming it", () => {
  assert.throws(() => serve({ "shop/index.tsx": {} }).handler(), /routes\/shop\/index\.tsx.*no relevant exports/);
  assert.throws(() => serve({ "_layout.tsx": { handler: () => {} } }).handler(), /routes\/_layout\.tsx/);
  assert.throws(() => serve({ "_middleware.ts": {} }).handler(), /routes\/_middleware\.ts/);
  assert.throws(() => serve({ "a.ts": { handler: "GET" } }).handler(), /routes\/a\.ts/);
});

Deno.test("routes: an object of handlers answers its methods, 405 for the others", async () => {
  const methods = ["GET", "POST", "PATCH", "PUT", "DELETE"];
  const routes = Object.fromEntries(methods.map((method) => [
    `${method}.ts`,
    { handlers: { [method]: () => new Response(method) } },
  ]));
  const request = ask(serve(routes));
  for (const own of methods) {
    for (const method of methods) {
      const response = await request(`/${own}`, { method });
      assert.equal(response.status, own === method ? 200 : 405, `${method} /${own}`);
    }
  }
});

Deno.test("routes: a function, or a component alone, answers every method", async () => {
  const request = ask(
    serve({ "fn.ts": { handler: () => new Response("ok") }, "page.tsx": { default: () => <p>ok</p> } }),
  );
  for (const method of ["GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"]) {
    assert.equal((await request("/fn", { method })).status, 200);
    assert.equal((await request("/page", { method })).status, 200);
  }
  assert.equal((await request("/page", { method: "HEAD" })).status, 200);
});

Deno.test("routes: a component beside an object of handlers renders for GET", async () => {
  const app = serve({
    "_middleware.ts": { handler: set("A") },
    "x.tsx": { default: ({ state }: Props) => <h1>{state.text}</h1>, handlers: { POST: () => new Response("POST") } },
  });
  assert.equal(await askText(app)("/x", { method: "POST" }), "POST");
  assert.match(await askText(app)("/x"), /<h1>A<\/h1>/);
  assert.equal((await ask(app)("/x", { method: "PUT" })).status, 405);
});

Deno.test("routes: a handler's page() gives data, status and headers", async () => {
  const app = serve({
    "x.tsx": {
      handler: () => page({ name: "Ada" }, { status: 201, headers: { "x-one": "1" } }),
      default: ({ data }: PageProps<{ name: string }>) => <p>{data.name}</p>,
    },
    "none.tsx": { handler: () => page(), default: ({ data }: PageProps) => <p>{String(data)}</p> },
  });
  const response = await ask(app)("/x");
  assert.deepEqual([response.status, response.headers.get("x-one")], [201, "1"]);
  assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
  assert.equal(bodyOf(await response.text()), "<p>Ada</p>");
  assert.equal(bodyOf(await askText(app)("/none")), "<p>undefined</p>");
});

Deno.test("routes: the more particular file wins", async () => {
  const text = askText(serve({
    "[...rest].ts": answer("rest"),
    "[id].ts": answer("id"),
    "all.ts": answer("all"),
    "index.ts": answer("index"),
    "(app)/[org]/[app]/index.ts": answer("app"),
    "auth/login.ts": answer("login"),
  }));
  assert.equal(await text("/"), "index");
  assert.equal(await text("/all"), "all");
  assert.equal(await text("/x"), "id");
  assert.equal(await text("/auth/login"), "login");
  assert.equal(await text("/a/b"), "app");
  assert.equal(await text("/a/b/c"), "rest");
});

Deno.test("routes: optional and rest parameters, also at the root", async () => {
  const app = serve({
    "[[lang]]/about.ts": { handler: (ctx: Context<unknown>) => new Response(`<${ctx.params.lang}>`) },
  });
  assert.equal(await askText(app)("/about"), "<>");
  assert.equal(await askText(app)("/de/about"), "<de>");
  assert.equal(await askText(serve({ "[[x]].ts": answer("x") }))("/"), "x");
  assert.equal(await askText(serve({ "[...x].ts": answer("x") }))("/"), "x");
});

Deno.test("routes: middlewares of a folder run for its files and below, lists in order", async () => {
  const show = { default: ({ state }: Props) => <p>{state.text}</p> };
  const body = pages({
    "_middleware.ts": { handler: [set("A"), set("B")] },
    "foo/_middleware.ts": { default: set("C") },
    "foo/index.tsx": show,
    "foo/bar/deep.tsx": show,
    "foo.ts": { handlers: () => new Response() },
    "top.tsx": show,
  });
  assert.equal(await body("/foo"), "<p>ABC</p>");
  assert.equal(await body("/foo/bar/deep"), "<p>ABC</p>");
  assert.equal(await body("/top"), "<p>AB</p>");
});

Deno.test("routes: a page beside a folder is not in it, but app.use() with its path holds", async () => {
  const app = withBuild(
    new App<{ text: string }>().use("/admin", set("use")).fsRoutes(),
    {
      routes: {
        "admin/_middleware.ts": { handler: set("folder") },
        "admin/_layout.tsx": { default: wrap("layout") },
        "admin/users.ts": { handler: (ctx: Context<{ text: string }>) => new Response(ctx.state.text) },
        "admin.tsx": { default: ({ state }: Props) => <>{state.text}</> },
        "(shop)/admin/x.ts": { handler: (ctx: Context<{ text: string }>) => new Response(ctx.state.text ?? "none") },
      },
    },
  );
  assert.equal(bodyOf(await askText(app)("/admin")), "use");
  assert.equal(await askText(app)("/admin/users"), "usefolder");
  assert.equal(await askText(app)("/admin/x"), "none", "a group is a scope of its own");
});

Deno.test("routes: an object as a middleware is refused with a warning", async () => {
  using log = quiet();
  const app = serve({ "_middleware.ts": { handler: { GET: () => new Response("no") } }, "index.ts": answer("ok") });
  assert.equal(await askText(app)("/"), "ok");
  assert.match(String(log.warnings[0]), /routes\/_middleware\.ts/);
});

Deno.test("routes: wrapper, outer layout, inner layout, page", async () => {
  const body = pages({
    "_app.tsx": { default: wrap("app") },
    "_layout.tsx": { default: wrap("outer") },
    "foo/_layout.tsx": { default: wrap("inner") },
    "foo/bar.tsx": { default: () => <>bar</> },
    "foo/no/layout/here.tsx": { default: () => <>deep</> },
    "foo.tsx": { default: () => <>foo</> },
  });
  assert.equal(await body("/foo/bar"), "app/outer/inner/bar");
  assert.equal(await body("/foo/no/layout/here"), "app/outer/inner/deep");
  assert.equal(await body("/foo"), "app/outer/foo");
});

Deno.test("routes: a page's config leaves out wrapper and layouts for itself only", async () => {
  const body = pages({
    "_app.tsx": { default: wrap("app") },
    "_layout.tsx": { default: wrap("layout") },
    "_error.tsx": { default: () => <>error</>, config: { skipInheritedLayouts: true } },
    "bare.tsx": { default: () => <>bare</>, config: { skipAppWrapper: true, skipInheritedLayouts: true } },
    "no_app.tsx": { default: () => <>page</>, config: { skipAppWrapper: true } },
    "fails.tsx": {
      default: () => {
        throw new HttpError(400);
      },
    },
    "plain.tsx": { default: () => <>plain</> },
  });
  assert.equal(await body("/bare"), "bare");
  assert.equal(await body("/no_app"), "layout/page");
  assert.equal(await body("/fails"), "app/error");
  assert.equal(await body("/plain"), "app/layout/plain");
});

Deno.test("routes: a layout's config holds for everything below it", async () => {
  const body = pages({
    "_app.tsx": { default: wrap("app") },
    "_layout.tsx": { default: wrap("layout") },
    "sub/_layout.tsx": { default: wrap("sub"), config: { skipAppWrapper: true, skipInheritedLayouts: true } },
    "sub/sub2/_layout.tsx": { default: wrap("sub2") },
    "sub/sub2/index.tsx": { default: () => <>page</> },
    "index.tsx": { default: () => <>index</> },
  });
  assert.equal(await body("/sub/sub2"), "sub/sub2/page");
  assert.equal(await body("/"), "app/layout/index");
});

Deno.test("routes: groups have their own layout, middleware and error page", async () => {
  const group = (name: string) => ({
    [`(${name})/_middleware.ts`]: { handler: set(name) },
    [`(${name})/_layout.tsx`]: {
      default: ({ Component, state }: Props) => (
        <>
          {state.text}-layout/<Component />
        </>
      ),
    },
    [`(${name})/_error.tsx`]: { default: () => <>{name} failed</> },
    [`(${name})/${name}.tsx`]: { default: () => <>{name}</> },
    [`(${name})/${name}_error.tsx`]: {
      default: () => {
        throw new HttpError(400);
      },
    },
  });
  const body = pages({ ...group("foo"), ...group("bar") });
  assert.equal(await body("/foo"), "foo-layout/foo");
  assert.equal(await body("/foo_error"), "foo-layout/foo failed");
  assert.equal(await body("/bar"), "bar-layout/bar");
  assert.equal(await body("/bar_error"), "bar-layout/bar failed");
});

Deno.test("routes: two files of one pattern merge by method", async () => {
  const text = askText(serve({
    "(foo)/bar/index.ts": { handler: { POST: () => new Response("POST") } },
    "bar/index.ts": { handler: { GET: () => new Response("GET") } },
  }));
  assert.equal(await text("/bar"), "GET");
  assert.equal(await text("/bar", { method: "POST" }), "POST");
});

Deno.test("routes: routeOverride replaces the pattern", async () => {
  const text = askText(serve({
    "x.ts": { config: { routeOverride: "/y/:id" }, handler: (ctx: Context<unknown>) => new Response(ctx.params.id) },
  }));
  assert.equal(await text("/y/7"), "7");
  assert.equal(await text("/x"), "Not Found");
});

Deno.test("routes: a _404 page answers 404, with a handler what that says", async () => {
  const plain = serve({ "_404.tsx": { default: () => <>nothing</> }, "index.ts": answer("ok") });
  const response = await ask(plain)("/unknown");
  assert.equal(response.status, 404);
  assert.equal(bodyOf(await response.text()), "nothing");
  const own = serve({ "_404.tsx": { handlers: { GET: () => new Response("own") } }, "index.ts": answer("ok") });
  assert.equal(await askText(own)("/unknown"), "own");
  const status = serve({ "_404.tsx": { handler: () => page(undefined, { status: 410 }), default: () => <>gone</> } });
  assert.equal((await ask(status)("/unknown")).status, 410);
});

Deno.test("routes: an _error page has the error's status, 500 where it has none, and gets 404 too", async () => {
  using _ = quiet();
  const app = serve({
    "_error.tsx": { default: ({ error }: Props) => <>{(error as Error).message}</> },
    "broken.tsx": {
      default: () => {
        throw new Error("broken");
      },
    },
    "late/_error.tsx": {
      default: () => {
        throw new HttpError(501);
      },
    },
    "late/broken.ts": {
      handler: () => {
        throw new Error("broken");
      },
    },
  });
  const statusAndBody = async (path: string) => {
    const response = await ask(app)(path);
    return [response.status, bodyOf(await response.text())];
  };
  assert.deepEqual(await statusAndBody("/broken"), [500, "broken"]);
  assert.deepEqual(await statusAndBody("/late/broken"), [501, "Not Implemented"]);
  assert.deepEqual(await statusAndBody("/unknown"), [404, "Not Found"]);
});

Deno.test("routes: _500 is _error by its old name", async () => {
  using _ = quiet();
  const app = serve({
    "_500.tsx": { handlers: { GET: () => new Response("page") } },
    "x.ts": {
      handler: () => {
        throw new Error("x");
      },
    },
  });
  assert.equal(await askText(app)("/x"), "page");
});

Deno.test("routes: pages, layouts and the wrapper may be async, and answer by themselves", async () => {
  const nap = () => Promise.resolve();
  const asyncWrap = (name: string) => async ({ Component, url }: Props) => {
    await nap();
    return url.searchParams.has(name) ? new Response(name) : (
      <>
        {name}/<Component />
      </>
    );
  };
  const app = serve({
    "_app.tsx": { default: asyncWrap("app") },
    "_layout.tsx": { default: asyncWrap("layout") },
    "_error.tsx": {
      default: async () => {
        await nap();
        return <>failed</>;
      },
    },
    "index.tsx": {
      default: async ({ url }: Props) => {
        await nap();
        return url.searchParams.has("page") ? new Response("page") : <p>index</p>;
      },
    },
    "fails.tsx": {
      default: async () => {
        await nap();
        throw new HttpError(400);
      },
    },
  });
  const text = askText(app);
  assert.equal(bodyOf(await text("/")), "app/layout/<p>index</p>");
  for (const name of ["app", "layout", "page"]) assert.equal(await text(`/?${name}`), name);
  assert.equal(bodyOf(await text("/fails")), "app/layout/failed");
});

Deno.test("routes: fsRoutes with a pattern serves them below it", async () => {
  const app = withBuild(new App().fsRoutes("/docs/*"), {
    routes: { "index.ts": answer("index"), "a.ts": answer("a") },
  });
  assert.equal(await askText(app)("/docs"), "index");
  assert.equal(await askText(app)("/docs/a"), "a");
  assert.equal((await ask(app)("/a")).status, 404);
});
