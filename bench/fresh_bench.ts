/**
 * How much of the bare server's pace a page keeps: requests a second of a simple page, with a middleware, a layout and the
 * app wrapper, beside `Deno.serve` answering with the same bytes. Both servers run in this process, one after the other and
 * in turns, so that a busy machine slows both.
 *
 *     deno run -A bench/fresh_bench.ts [seconds per turn]
 */
import { h } from "preact";
import { App, type PageProps } from "fresh";

const SECONDS = Number(Deno.args[0] ?? 2);
const TURNS = 3;
const CONNECTIONS = 16;
const REQUEST = new TextEncoder().encode("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

function Wrapper({ Component }: PageProps) {
  return h("html", { lang: "en" }, h("head", null, h("title", null, "Bench")), h("body", null, h(Component, null)));
}
function Layout({ Component }: PageProps) {
  return h("main", { class: "page" }, h(Component, null));
}
const app = new App<{ at?: number }>()
  .use((ctx) => {
    ctx.state.at = 1;
    return ctx.next();
  })
  .appWrapper(Wrapper)
  .layout("/", Layout)
  .get("/", (ctx) => ctx.render(h("h1", { id: "title" }, "Hello ", String(ctx.state.at))));

const page = app.handler();
const bytes = new Uint8Array(await (await page(new Request("http://localhost/"))).arrayBuffer());
const bare = () => new Response(bytes, { headers: { "content-type": "text/html; charset=utf-8" } });

const best = { bare: 0, page: 0 };
for (let turn = 0; turn < TURNS; turn++) {
  best.bare = Math.max(best.bare, await measure(bare));
  best.page = Math.max(best.page, await measure(page));
}
console.log(
  `bare ${Math.round(best.bare)}/s, page ${Math.round(best.page)}/s, ratio ${(best.page / best.bare).toFixed(2)}`,
);

/** Requests a second over connections that stay open. */
async function measure(handler: Deno.ServeHandler): Promise<number> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, handler);
  const until = performance.now() + SECONDS * 1000;
  const started = performance.now();
  const counts = await Promise.all(Array.from({ length: CONNECTIONS }, () => ask(server.addr.port, until)));
  const seconds = (performance.now() - started) / 1000;
  await server.shutdown();
  return counts.reduce((sum, count) => sum + count, 0) / seconds;
}

/** A client as plain as can be, so that the figure is the server's: it counts bytes, as every answer is of one length. */
async function ask(port: number, until: number): Promise<number> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const buffer = new Uint8Array(64 * 1024);
  await connection.write(REQUEST);
  const first = await connection.read(buffer) ?? 0;
  let count = 1;
  while (performance.now() < until) {
    await connection.write(REQUEST);
    for (let got = 0; got < first;) got += await connection.read(buffer) ?? first;
    count++;
  }
  return count;
}
