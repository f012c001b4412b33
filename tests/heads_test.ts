import assert from "node:assert/strict";
import { rawRequest, sendRaw } from "./support/raw_http.ts";

Deno.test("Deno's server limits the head of a request by lines and size; half-sent ones keep nobody out", async () => {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => new Response("fine"));
  const url = `http://127.0.0.1:${server.addr.port}`;
  const ask = async (...lines: string[]) =>
    (await sendRaw(url, rawRequest("GET / HTTP/1.1", "Host: x", ...lines))).status;
  const lines = (count: number) => Array.from({ length: count }, (_, n) => `X-${n}: 1`);
  assert.equal(await ask(...lines(90)), 200);
  assert.equal(await ask(`X-Long: ${"a".repeat(10_000)}`), 200);
  const refused = [0, 400, 431]; // or the connection is simply closed
  assert.ok(refused.includes(await ask(...lines(200))));
  assert.ok(refused.includes(await ask(`X-Long: ${"a".repeat(500_000)}`)));

  const half = await Promise.all(Array.from({ length: 300 }, async () => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
    await connection.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\nX-"));
    return connection;
  }));
  try {
    assert.equal(await ask(), 200);
  } finally {
    for (const connection of half) connection.close();
  }
});
