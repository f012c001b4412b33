import assert from "node:assert/strict";
import { newChunk } from "./ledger.ts";
import { pageOfChunks } from "./run_view.ts";

const chunk = (id: string, status: "waiting" | "working" | "done" | "failed") =>
  newChunk({
    ...{ _id: id, runId: 1, plan: 1, seq: 0, kind: "read", stream: "items", group: "items", notBefore: new Date(0) },
    status,
  });

Deno.test("pageOfChunks: those that need a look first, the rest as they stand; a page behind the last is the last", () => {
  const chunks = [
    chunk("a", "done"),
    chunk("b", "working"),
    chunk("c", "failed"),
    chunk("d", "waiting"),
    chunk("e", "failed"),
  ];
  const ids = (rows: number, page: number) => pageOfChunks(chunks, { rows, page }).map(({ _id }) => _id).join("");
  assert.equal(ids(10, 1), "cebad");
  assert.equal(ids(2, 1), "ce");
  assert.equal(ids(2, 2), "ba");
  assert.equal(ids(2, 3), "d");
  assert.equal(ids(2, 99), "d");
  assert.deepEqual(pageOfChunks([], { rows: 2, page: 3 }), []);
});
