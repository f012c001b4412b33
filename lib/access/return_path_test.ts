import assert from "node:assert/strict";
import fc from "fast-check";
import { safeReturnPath } from "./return_path.ts";
import { testSeed } from "../../tests/support/seed.ts";

const KEPT: [next: string, path: string][] = [
  ["/", "/"],
  ["/sync", "/sync"],
  ["/sales?from=2026-11-01&to=2026-11-19#table", "/sales?from=2026-11-01&to=2026-11-19#table"],
  ["/sales?q=https://example.com//x", "/sales?q=https://example.com//x"],
  ["/a/../sync", "/sync"],
  ["/sign-in-help", "/sign-in-help"],
];

const REFUSED = [
  null,
  undefined,
  "",
  "sync",
  "https://evil.example",
  "HTTPS://evil.example",
  "//evil.example",
  "///evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "/%0a/../\r/evil.example",
  "/..//evil.example",
  "/.//evil.example",
  "/a/..//evil.example",
  "javascript:alert(1)",
  "/\u0000/evil.example",
  " //evil.example",
  "/sign-in",
  "/sign-in?next=/sign-in",
  "/Sign-In",
  "/sign-out",
  "/setup/abc",
  "/api/v1/sync/status",
  `/${"x".repeat(2000)}`,
];

Deno.test("safeReturnPath keeps paths of this site", () => {
  for (const [next, path] of KEPT) assert.equal(safeReturnPath(next), path, next);
});

Deno.test("safeReturnPath turns everything else into Home", () => {
  for (const next of REFUSED) assert.equal(safeReturnPath(next), "/", String(next));
});

Deno.test("safeReturnPath never names another host, whatever it is given", () => {
  const seed = testSeed(4_711);
  const trick = fc.constantFrom(
    "/",
    "\\",
    "//",
    ".",
    "..",
    "%2f",
    "%5c",
    "\t",
    "\n",
    "@",
    ":",
    "evil.example",
    "https:",
    "?",
    "#",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(trick, { maxLength: 8 }).map((parts) => `/${parts.join("")}`),
  );
  fc.assert(
    fc.property(text, (next) => {
      const path = safeReturnPath(next);
      assert.match(path, /^\/(?![/\\])/);
      assert.equal(new URL(path, "https://tidemark.example/sign-in").origin, "https://tidemark.example");
    }),
    { seed, numRuns: 3000 },
  );
});
