import assert from "node:assert/strict";
import { App, HttpError, type Middleware, type MiddlewareFn } from "../mod.ts";
import { ask, askText, quiet } from "../testing/ask.ts";

type Trail = { trail: string };
const add = (letter: string): Middleware<Trail> => (ctx) => {
  ctx.state.trail = (ctx.state.trail ?? "") + letter;
  return ctx.next();
};
const trail: Middleware<Trail> = (ctx) => new Response(ctx.state.trail ?? "");

Deno.test("App.use runs middlewares in order, and only those registered before a route", async () => {
  const app = new App<Trail>()
    .use(add("A"), add("B"))
    .get("/early", trail)
    .use(add("C"))
    .get("/late", trail);
  assert.equal(await askText(app)("/early"), "AB");
  assert.equal(await askText(app)("/late"), "ABC");
});

Deno.test("App.use with a path holds for routes at and below it, by segment and not by prefix", async () => {
  const app = new App<Trail>()
    .use("/admin", add("x"))
    .get("/admin", trail)
    .get("/admin/users/:id", trail)
    .get("/administrator", trail)
    .get("/:page", trail);
  const text = askText(app);
  assert.equal(await text("/admin"), "x");
  assert.equal(await text("/admin/users/7"), "x");
  assert.equal(await text("/administrator"), "");
  assert.equal(await text("/else"), "");
});

Deno.test("App.use takes a star for everything below", async () => {
  const app = new App<Trail>().use("/a/*", add("a")).use("*", add("r")).get("/a", trail).get("/a/b", trail).get(
    "/",
    trail,
  );
  const text = askText(app);
  assert.equal(await text("/a"), "ra");
  assert.equal(await text("/a/b"), "ra");
  assert.equal(await text("/"), "r");
});

Deno.test("App loads lazy middlewares, handlers and routes once, at the first request", async () => {
  let loads = 0;
  const app = new App<Trail>()
    .use(() => {
      loads++;
      return Promise.resolve(add("A"));
    })
    .get("/", () => {
      loads++;
      return Promise.resolve(trail);
    })
    .route("/route", () => {
      loads++;
      return Promise.resolve({ handler: trail });
    });
  const text = askText(app);
  assert.equal(loads, 0);
  assert.equal(await text("/"), "A");
  assert.equal(await text("/"), "A");
  assert.equal(loads, 2);
  assert.equal(await text("/route"), "A");
  assert.equal(await text("/route", { method: "DELETE" }), "A");
  assert.equal(loads, 3);
});

Deno.test("App tries again when loading a lazy route failed", async () => {
  using _ = quiet();
  let tries = 0;
  const app = new App().route("/", () => {
    if (++tries === 1) return Promise.reject(new Error("disk is away"));
    return Promise.resolve({ handler: () => new Response("ok") });
  });
  assert.equal((await ask(app)("/")).status, 500);
  assert.equal(await askText(app)("/"), "ok");
});

Deno.test("App answers each method by its own handler, all() by every one", async () => {
  const app = new App()
    .get("/", () => new Response("GET"))
    .post("/", () => new Response("POST"))
    .patch("/", () => new Response("PATCH"))
    .put("/", () => new Response("PUT"))
    .delete("/", () => new Response("DELETE"))
    .all("/all", (ctx) => new Response(ctx.req.method));
  const text = askText(app);
  for (const method of ["GET", "POST", "PATCH", "PUT", "DELETE"]) assert.equal(await text("/", { method }), method);
  for (const method of ["GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"]) {
    assert.equal(await text("/all", { method }), method);
  }
});

Deno.test("App answers HEAD as GET without the body, and with head() where there is one", async () => {
  const app = new App()
    .get("/", () => new Response("hello", { headers: { "x-one": "1" } }))
    .get("/own", () => new Response("get"))
    .head("/own", () => new Response("head", { headers: { "x-own": "1" } }));
  const head = await ask(app)("/", { method: "HEAD" });
  assert.equal(head.headers.get("x-one"), "1");
  assert.equal(await head.text(), "");
  const own = await ask(app)("/own", { method: "HEAD" });
  assert.equal(own.headers.get("x-own"), "1");
  assert.equal(await own.text(), "");
});

Deno.test("App answers a method that a pattern lacks with 405 and Allow, OPTIONS with 204", async () => {
  let seen = 0;
  const app = new App()
    .use((ctx) => {
      seen++;
      return ctx.next();
    })
    .get("/", () => new Response("ok"))
    .post("/", () => new Response("ok"));
  const wrong = await ask(app)("/", { method: "PUT" });
  assert.equal(wrong.status, 405);
  assert.equal(await wrong.text(), "Method Not Allowed");
  assert.deepEqual(wrong.headers.get("allow")?.split(", ").sort(), ["GET", "HEAD", "POST"]);
  const options = await ask(app)("/", { method: "OPTIONS" });
  assert.equal(options.status, 204);
  assert.deepEqual(options.headers.get("allow")?.split(", ").sort(), ["GET", "HEAD", "POST"]);
  assert.equal(seen, 2, "the middlewares of the root run for both");
});

Deno.test("App runs the root's middlewares for unknown URLs, and those see the 404", async () => {
  const seen: unknown[] = [];
  const app = new App()
    .use(async (ctx) => {
      try {
        return await ctx.next();
      } catch (error) {
        seen.push(error instanceof HttpError && error.status, ctx.error === error, ctx.route);
        throw error;
      }
    })
    .use("/admin", () => new Response("never"))
    .get("/", () => new Response("ok"));
  const response = await ask(app)("/admin/unknown");
  assert.equal(response.status, 404);
  assert.equal(await response.text(), "Not Found");
  assert.deepEqual(seen, [404, true, null]);
});

Deno.test("App answers 500 where a handler returns no response, and logs why", async () => {
  using log = quiet();
  const app = new App().get("/", (() => {}) as unknown as MiddlewareFn<unknown>);
  const response = await ask(app)("/");
  assert.equal(response.status, 500);
  assert.equal(await response.text(), "Internal server error");
  assert.match(String(log.errors[0]), /must return a Response/);
});

Deno.test("App answers an HttpError with its status and message, anything else with 500", async () => {
  using log = quiet();
  const app = new App()
    .get("/tea", () => {
      throw new HttpError(418);
    })
    .get("/own", () => {
      throw new HttpError(403, "Not for you");
    })
    .get("/secret", () => {
      throw new Error("password is 123");
    });
  assert.equal(await askText(app)("/tea"), "I'm a teapot");
  const own = await ask(app)("/own");
  assert.deepEqual([own.status, await own.text()], [403, "Not for you"]);
  assert.equal(log.errors.length, 0);
  const secret = await ask(app)("/secret");
  assert.deepEqual([secret.status, await secret.text()], [500, "Internal server error"]);
  assert.equal(log.errors.length, 1);
});

Deno.test("App sets ctx.error for every middleware further out, whatever was thrown", async () => {
  using _ = quiet();
  const seen: unknown[] = [];
  const watch: Middleware<unknown> = async (ctx) => {
    try {
      return await ctx.next();
    } catch (error) {
      seen.push([error, ctx.error]);
      throw error;
    }
  };
  const app = new App().use(watch, watch).get("/", () => {
    throw "a word";
  });
  await ask(app)("/");
  assert.deepEqual(seen, [["a word", "a word"], ["a word", "a word"]]);
});

Deno.test("App.onError: the nearest page at or above the scope gets the error, and may hand it on", async () => {
  using _ = quiet();
  const app = new App()
    .onError("*", (ctx) => new Response(`root: ${(ctx.error as Error).message}`, { status: 500 }))
    .onError("/admin", (ctx) => new Response(`admin: ${(ctx.error as Error).message}`))
    .onError("/admin/strict", () => {
      throw new Error("page is broken");
    })
    .get("/admin/x", () => {
      throw new Error("oh");
    })
    .get("/admin/strict/x", () => {
      throw new Error("oh");
    })
    .get("/x", () => {
      throw new Error("oh");
    });
  const text = askText(app);
  assert.equal(await text("/admin/x"), "admin: oh");
  assert.equal(await text("/admin/strict/x"), "admin: page is broken");
  assert.equal(await text("/x"), "root: oh");
});

Deno.test("App.onError gets unknown URLs as well, with the error, also without any middleware", async () => {
  const app = new App().onError("*", (ctx) => new Response(String((ctx.error as HttpError).status)));
  assert.equal(await askText(app)("/unknown"), "404");
});

Deno.test("App.onError holds only for routes registered after it", async () => {
  const app = new App()
    .get("/early", () => {
      throw new HttpError(503);
    })
    .onError("*", () => new Response("page"))
    .get("/late", () => {
      throw new HttpError(503);
    });
  using _ = quiet();
  assert.equal(await askText(app)("/early"), "Service Unavailable");
  assert.equal(await askText(app)("/late"), "page");
});

Deno.test("App.notFound gets every 404, may be registered last, and goes before error pages", async () => {
  using _ = quiet();
  const app = new App()
    .onError("*", () => new Response("error page", { status: 500 }))
    .get("/thrown", () => {
      throw new HttpError(404);
    })
    .get("/other", () => {
      throw new HttpError(500);
    })
    .notFound(() => new Response("nothing here", { status: 404 }));
  const text = askText(app);
  assert.equal(await text("/unknown"), "nothing here");
  assert.equal(await text("/thrown"), "nothing here");
  assert.equal(await text("/other"), "error page");
});

Deno.test("App.notFound that throws 404 itself ends at the error page, not in a circle", async () => {
  const app = new App()
    .onError("*", (ctx) => new Response(`error page ${(ctx.error as HttpError).status}`))
    .notFound(() => {
      throw new HttpError(404);
    });
  assert.equal(await askText(app)("/unknown"), "error page 404");
});

Deno.test("App error pages keep what outer middlewares add, not what those of their own scope would", async () => {
  const header = (name: string): Middleware<unknown> => async (ctx) => {
    const response = await ctx.next();
    response.headers.set(name, "1");
    return response;
  };
  const app = new App()
    .use(header("x-outer"))
    .use("/in", header("x-inner"))
    .onError("/in", () => new Response("page"))
    .get("/in/x", () => {
      throw new HttpError(400);
    });
  const response = await ask(app)("/in/x");
  assert.equal(response.headers.get("x-outer"), "1");
  assert.equal(response.headers.get("x-inner"), null);
});

Deno.test("App.mountApp puts the other app's entries below a path", async () => {
  const inner = new App<Trail>().use(add("I")).get("/", trail).get("/:name", (ctx) => new Response(ctx.params.name));
  const app = new App<Trail>().use(add("O")).get("/", trail).mountApp("/api/authors", inner).get("/late", trail);
  const text = askText(app);
  assert.equal(await text("/"), "O");
  assert.equal(await text("/api/authors"), "OI");
  assert.equal(await text("/api/authors/foo"), "foo");
  assert.equal(await text("/late"), "O");
});

Deno.test("App.mountApp at the root shares the root's scope", async () => {
  const inner = new App<Trail>().use(add("I")).get("/foo", trail);
  const app = new App<Trail>().use(add("O")).get("/", trail).mountApp("/", inner);
  assert.equal(await askText(app)("/foo"), "OI");
  assert.equal(await askText(app)("/"), "O");
});

Deno.test("App.mountApp counts an app as it is then", async () => {
  const inner = new App().get("/a", () => new Response("a"));
  const app = new App().mountApp("/in", inner);
  inner.get("/b", () => new Response("b"));
  assert.equal(await askText(app)("/in/a"), "a");
  assert.equal((await ask(app)("/in/b")).status, 404);
});

Deno.test("App.mountApp adds both base paths, one given twice only once", async () => {
  const inner = new App({ basePath: "/api/v2" }).get("/users", () => new Response("users"));
  const app = new App({ basePath: "/main" }).get("/", () => new Response("home")).mountApp("/services", inner);
  assert.equal(await askText(app)("/main"), "home");
  assert.equal(await askText(app)("/main/services/api/v2/users"), "users");
  assert.equal((await ask(app)("/services/api/v2/users")).status, 404);
  assert.equal((await ask(app)("/main/services/users")).status, 404);
  const same = new App().mountApp("/ui", new App({ basePath: "/ui" }).get("/", () => new Response("ui")));
  assert.equal(await askText(same)("/ui"), "ui");
});

Deno.test("App.mountApp makes the inner not-found page the outer app's", async () => {
  const inner = new App().notFound(() => new Response("inner page", { status: 404 }));
  const app = new App().get("/", () => new Response("ok")).mountApp("/in", inner);
  assert.equal(await askText(app)("/else"), "inner page");
});

Deno.test("App with a base path answers below it only", async () => {
  const app = new App({ basePath: "/foo/bar" }).get("/", () => new Response("root")).get(
    "/foo",
    () => new Response("foo"),
  );
  const request = ask(app);
  assert.equal((await request("/")).status, 404);
  assert.equal((await request("/foo")).status, 404);
  assert.equal(await (await request("/foo/bar")).text(), "root");
  assert.equal(await (await request("/foo/bar/foo")).text(), "foo");
});

Deno.test("App with a base path: middlewares and error pages of the whole app hold for unknown URLs as well", async () => {
  const app = new App({ basePath: "/base" })
    .use((ctx) => ctx.url.pathname === "/base/static" ? new Response("served") : ctx.next())
    .onError("*", () => new Response("error page"))
    .get("/", () => new Response("root"));
  assert.equal(await askText(app)("/base/static"), "served");
  assert.equal(await askText(app)("/base/unknown"), "error page");
});

Deno.test("App refuses a base path that cannot stand before a pattern", () => {
  for (const basePath of ["ui", "/ui/", "/ui@admin", "/ui admin"]) {
    assert.throws(() => new App({ basePath }), { message: new RegExp(`Invalid basePath: "${basePath}"`) });
  }
  for (const basePath of ["", "/", "./", "/ui", "/ui.test/a-b"]) assert.doesNotThrow(() => new App({ basePath }));
});

Deno.test("App makes runs of slashes in the path one", async () => {
  const app = new App().get("/a/b", (ctx) => new Response(ctx.url.pathname + ctx.url.search));
  assert.equal(await askText(app)("http://localhost//a///b?x=//y"), "/a/b?x=//y");
});

Deno.test("App believes forwarded headers only where it trusts a proxy", async () => {
  const headers = { "x-forwarded-proto": "https", "x-forwarded-host": "shop.example, inner" };
  const href: Middleware<unknown> = (ctx) => new Response(ctx.url.href);
  assert.equal(await askText(new App().get("/", href))("/", { headers }), "http://localhost/");
  const trusting = new App({ trustProxy: true }).get("/", href);
  assert.equal(await askText(trusting)("http://localhost:8000/", { headers }), "https://shop.example/");
  const odd = { "x-forwarded-proto": "javascript", "x-forwarded-host": "a b" };
  assert.equal(await askText(trusting)("/", { headers: odd }), "http://localhost/");
});

Deno.test("App.handler does not change with what is registered later", async () => {
  const app = new App().get("/", () => new Response("ok"));
  const handler = app.handler();
  app.get("/late", () => new Response("late"));
  assert.equal((await handler(new Request("http://localhost/late"))).status, 404);
});

Deno.test("App.fsRoutes without a build says what to start", () => {
  assert.throws(() => new App().fsRoutes().handler(), /has no build/);
});

Deno.test("App.listen serves until its signal", async () => {
  const stop = new AbortController();
  const address = Promise.withResolvers<number>();
  const app = new App().get("/", (ctx) => new Response((ctx.info.remoteAddr as Deno.NetAddr).hostname));
  await app.listen({
    port: 0,
    hostname: "127.0.0.1",
    signal: stop.signal,
    onListen: ({ port }) => address.resolve(port),
  });
  const response = await fetch(`http://127.0.0.1:${await address.promise}/`);
  assert.equal(await response.text(), "127.0.0.1");
  stop.abort();
});
