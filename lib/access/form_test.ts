import assert from "node:assert/strict";
import { readForm } from "./form.ts";

const URLENCODED = { "Content-Type": "application/x-www-form-urlencoded; charset=utf-8" };
const post = (body: BodyInit, headers: HeadersInit = URLENCODED) =>
  new Request("http://tidemark.test/", { method: "POST", body, headers });

Deno.test("readForm reads fields, in every script", async () => {
  const form = await readForm(post(new URLSearchParams({ name: "Zoë & Öz", empty: "" }).toString()));
  assert.deepEqual([form.get("name"), form.get("empty"), form.get("none")], ["Zoë & Öz", "", null]);
});

Deno.test("readForm refuses other kinds of bodies", async () => {
  await assert.rejects(readForm(post("{}", { "Content-Type": "application/json" })), { code: "unsupported_media" });
  await assert.rejects(readForm(post(new FormData(), {})), { code: "unsupported_media" });
});

Deno.test("readForm stops reading at 16 KB, also in an endless body", async () => {
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1024;
      controller.enqueue(new Uint8Array(1024).fill(97));
    },
  });
  await assert.rejects(readForm(post(endless)), { code: "too_large" });
  assert.ok(sent < 64 * 1024, `${sent} bytes were taken`);
});
