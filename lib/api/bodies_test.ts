import assert from "node:assert/strict";
import { keepBodies } from "./bodies.ts";

const ask = (body: BodyInit) => new Request("http://tidemark.test/", { method: "POST", body });

Deno.test("keepBodies answers 413 and 408 itself, whatever the reader made of the body", async () => {
  const read = async (req: Request) => new Response(await req.text().catch(() => "read"));
  const serve = keepBodies(read, 60_000);
  const fine = await serve(ask("a=1"), null);
  assert.deepEqual([fine.status, await fine.text()], [200, "a=1"]);
  const large = await serve(ask(new Uint8Array(256 * 1024 + 1)), null);
  assert.deepEqual([large.status, (await large.json()).code], [413, "too_large"]);
  const slow = await keepBodies(read, 20)(ask(new ReadableStream({ pull: () => new Promise(() => {}) })), null);
  assert.deepEqual([slow.status, (await slow.json()).code], [408, "too_slow"]);
});
