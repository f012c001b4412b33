import assert from "node:assert/strict";
import type { RecordPage } from "../sources/netsuite/read.ts";
import type { Key } from "../sources/netsuite/suiteql.ts";
import { pagesAhead } from "./pages_ahead.ts";

const page = (next: string | null): RecordPage => ({
  rows: [],
  next: next === null ? null : [next],
  askedAt: new Date(0),
});

Deno.test("pagesAhead asks for the next page while the rows of this one are still coming, and for no more than one", async () => {
  const asked: (string | null)[] = [], whole = new Map<string | null, () => void>();
  const ask = (after: Key | null, known: (next: Key | null) => void) => {
    const from = after?.[0] ?? null, next = String(Number(from ?? 0) + 1);
    asked.push(from);
    known([next]);
    return new Promise<RecordPage>((resolve) => whole.set(from, () => resolve(page(next === "4" ? null : next))));
  };
  const pages = pagesAhead(ask, null);
  const first = pages.next();
  assert.deepEqual(asked, [null, "1"]); // the first page is not there yet
  whole.get("1")!();
  assert.deepEqual(asked, [null, "1"]); // and what was asked in advance asks for nothing in advance
  whole.get(null)!();
  assert.deepEqual((await first).value!.next, ["1"]);
  const second = pages.next();
  await Promise.resolve();
  assert.deepEqual((await second).value!.next, ["2"]);
  assert.deepEqual(asked, [null, "1", "2"]);
  whole.get("2")!();
  assert.deepEqual((await pages.next()).value!.next, ["3"]);
  whole.get("3")!();
  assert.equal((await pages.next()).value!.next, null);
  assert.equal((await pages.next()).done, true);
});

Deno.test("pagesAhead goes on where a page ends in the end, not where it said at first", async () => {
  const asked: string[] = [];
  const ask = (after: Key | null, known: (next: Key | null) => void) => {
    asked.push(after?.[0] ?? "start");
    if (!after) {
      known(["7"]); // then a fault, and the page is asked again while rows go
      known(["5"]);
      return Promise.resolve(page("5"));
    }
    known(null);
    return Promise.resolve(page(null));
  };
  const read: (Key | null)[] = [];
  for await (const { next } of pagesAhead(ask, null)) read.push(next);
  assert.deepEqual(read, [["5"], null]);
  assert.deepEqual(asked, ["start", "5"]);
});

Deno.test("pagesAhead passes a fault on, also of a page that was asked in advance", async () => {
  const ask = (after: Key | null, known: (next: Key | null) => void) => {
    if (after) return Promise.reject(new Error("no answer"));
    known(["1"]);
    return Promise.resolve(page("1"));
  };
  const pages = pagesAhead(ask, null);
  assert.deepEqual((await pages.next()).value!.next, ["1"]);
  await assert.rejects(pages.next(), /no answer/);
});
