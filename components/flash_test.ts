import assert from "node:assert/strict";
import fc from "fast-check";
import { cookiesFor } from "../lib/access/cookies.ts";
import { type Flash, goTelling, readFlash, toldHeaders } from "./flash.ts";

const COOKIES = cookiesFor(false);
const back = (response: Response) =>
  readFlash(new Headers({ Cookie: `theme=dark; ${response.headers.get("Set-Cookie")!.split(";")[0]}` }), COOKIES);

Deno.test("goTelling leads on, and what it tells is read back as it was", () => {
  const text = fc.string({ minLength: 1, maxLength: 200, unit: "grapheme" });
  fc.assert(
    fc.property(
      text,
      fc.dictionary(fc.string({ maxLength: 10 }), fc.string({ maxLength: 30 }), { maxKeys: 5 }),
      (text, fields) => {
        const flash: Flash = { tone: "good", text, undo: { action: "/sync/schedules", fields: { ...fields } } };
        const response = goTelling("/sync/schedules", flash, COOKIES);
        assert.equal(response.status, 303);
        assert.equal(response.headers.get("Location"), "/sync/schedules");
        assert.deepEqual({ ...back(response) }, flash);
      },
    ),
  );
});

Deno.test("goTelling keeps the sentence where the rest would not fit into a cookie", () => {
  const undo = { action: "/sync/schedules", fields: { streams: "x".repeat(5000) } };
  assert.deepEqual(back(goTelling("/sync", { tone: "note", text: "Removed", undo }, COOKIES)), {
    tone: "note",
    text: "Removed",
  });
  assert.equal(back(goTelling("/sync", { tone: "wrong", text: "é".repeat(2000) }, COOKIES))?.text.length, 600);
});

Deno.test("readFlash believes no cookie that is not one of ours, and an undo leads nowhere but below /sync", () => {
  const read = (value: string) => readFlash(new Headers({ Cookie: `told=${encodeURIComponent(value)}` }), COOKIES);
  assert.equal(read("no json"), null);
  assert.equal(read(`{"tone":"loud","text":"x"}`), null);
  assert.equal(read(`{"tone":"good","text":""}`), null);
  assert.deepEqual(read(`{"tone":"good","text":"x","undo":{"action":"https://elsewhere","fields":{}}}`), {
    tone: "good",
    text: "x",
  });
  assert.equal(readFlash(new Headers({ Cookie: "told=%E0%A4%A" }), COOKIES), null);
  assert.equal(readFlash(new Headers(), COOKIES), null);
});

Deno.test("toldHeaders takes the cookie away, and only where there was one", () => {
  assert.match(toldHeaders({ tone: "good", text: "x" }, COOKIES)["Set-Cookie"]!, /^told=; Path=\/; Max-Age=0/);
  assert.deepEqual(toldHeaders(null, COOKIES), {});
});
