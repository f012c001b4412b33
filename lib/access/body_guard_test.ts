import assert from "node:assert/strict";
import { guardBody } from "./body_guard.ts";

const LIMITS = { mostBytes: 1024, mostMs: 60_000 };
const ADDRESS = "http://tidemark.test/";

/** A body that brings these parts and then, where it is `open`, never ends. */
function bodyOf(parts: Uint8Array<ArrayBuffer>[], open: boolean, onCancel: () => void = () => {}) {
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const part = parts.shift();
      if (part) return controller.enqueue(part);
      if (!open) return controller.close();
      return new Promise(() => {});
    },
    cancel: onCancel,
  });
}

Deno.test("guardBody passes on what keeps to the limits, with method and headers", async () => {
  const parts = [new TextEncoder().encode("a=1"), new TextEncoder().encode("&b=ü")];
  const guarded = guardBody(
    new Request(ADDRESS, { method: "POST", body: bodyOf(parts, false), headers: { "X-Own": "1" } }),
    LIMITS,
  )!;
  assert.equal(await guarded.req.text(), "a=1&b=ü");
  assert.deepEqual([guarded.req.method, guarded.req.headers.get("X-Own"), guarded.fault()], ["POST", "1", null]);
  guarded.done();
  assert.equal(guardBody(new Request(ADDRESS), LIMITS), null);
});

Deno.test("guardBody does not begin a body that is too large by its own word, and ends one that becomes so", async () => {
  const said = new Request(ADDRESS, { method: "POST", body: "x", headers: { "Content-Length": "1025" } });
  assert.throws(() => guardBody(said, LIMITS), { code: "too_large", message: /larger than 1 KB/ });
  let cancelled = false;
  const parts = [new Uint8Array(1000), new Uint8Array(1000), new Uint8Array(1000)];
  const body = bodyOf(parts, true, () => cancelled = true);
  const guarded = guardBody(new Request(ADDRESS, { method: "POST", body }), LIMITS)!;
  await assert.rejects(guarded.req.text(), { code: "too_large" });
  assert.deepEqual([guarded.fault()?.code, cancelled], ["too_large", true]);
  guarded.done();
});

Deno.test("guardBody ends a body that takes too long, also while nobody reads it", async () => {
  const slow = () =>
    guardBody(new Request(ADDRESS, { method: "POST", body: bodyOf([new Uint8Array(3)], true) }), {
      mostBytes: 1024,
      mostMs: 20,
    })!;
  const read = slow();
  await assert.rejects(read.req.text(), { code: "too_slow", message: /within 0.02 s/ });
  const unread = slow();
  while (unread.fault() === null) await new Promise((next) => setTimeout(next, 5));
  await assert.rejects(unread.req.text(), { code: "too_slow" });
});
