import assert from "node:assert/strict";
import { configure, type LogRecord, reset } from "@logtape/logtape";
import { createHash } from "node:crypto";
import { countBreaches } from "./breached.ts";
import { passwordCheck } from "./password_check.ts";

const STOLEN = "a stolen horse battery";
const sha1 = (text: string) => createHash("sha1").update(text).digest("hex").toUpperCase();

/** A range service with one stolen password, padded like the real one; and what it was asked. */
function startRanges(answer?: (request: Request) => Response | Promise<Response>) {
  const asked: { path: string; padding: string | null }[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push({ path: pathname, padding: request.headers.get("Add-Padding") });
    if (answer) return answer(request);
    const hash = sha1(STOLEN), padding = sha1("padding");
    const lines = [`${"0".repeat(35)}:7`, `${padding.slice(5)}:0`];
    if (pathname.endsWith(hash.slice(0, 5))) lines.push(`${hash.slice(5)}:42`);
    return new Response(lines.join("\r\n"));
  });
  return {
    asked,
    url: `http://127.0.0.1:${server.addr.port}/range/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function logged(act: () => Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  const sink = ({ message, properties }: LogRecord) =>
    void lines.push(`${message.join("")} ${JSON.stringify(properties)}`);
  await configure({
    sinks: { sink },
    loggers: [{ category: "tidemark", lowestLevel: "debug", sinks: ["sink"] }, {
      category: ["logtape", "meta"],
      sinks: [],
    }],
  });
  try {
    await act();
  } finally {
    await reset();
  }
  return lines;
}

Deno.test("a breached password is refused; five signs of its hash leave, and nothing else of it", async () => {
  await using ranges = startRanges();
  const check = passwordCheck({ words: [], breachedUrl: ranges.url });
  assert.match(await check(STOLEN, "ada@example.com") ?? "", /has been stolen/);
  assert.equal(await check("a fresh horse battery", "ada@example.com"), null);
  assert.equal(await countBreaches(ranges.url, STOLEN), 42);
  assert.deepEqual(ranges.asked[0], { path: `/range/${sha1(STOLEN).slice(0, 5)}`, padding: "true" });
  assert.ok(ranges.asked.every(({ path }) => /^\/range\/[0-9A-F]{5}$/.test(path)));
});

Deno.test("a service that is away, slow, endless, points elsewhere or answers nonsense refuses nobody, and is logged", async () => {
  const hung = Promise.withResolvers<Response>();
  const faults: Record<string, (request: Request) => Response | Promise<Response>> = {
    "answers 503": () => new Response("", { status: 503 }),
    "no answer in 0.2 s": () => hung.promise,
    "has no end": () =>
      new Response(
        new ReadableStream({ pull: (to) => to.enqueue(new TextEncoder().encode("0".repeat(64_000))) }),
      ),
    "redirect": (request) => Response.redirect(new URL("/elsewhere", request.url)),
  };
  for (const [fault, answer] of Object.entries(faults)) {
    const ranges = startRanges(answer);
    const patience = fault === "no answer in 0.2 s" ? 200 : 30_000;
    const lines = await logged(async () => assert.equal(await countBreaches(ranges.url, STOLEN, patience), 0));
    assert.equal(lines.length, 1, fault);
    assert.ok(lines[0]!.includes(fault), lines[0]);
    assert.ok(!lines[0]!.includes(STOLEN) && !lines[0]!.includes(sha1(STOLEN).slice(0, 5)), lines[0]);
    if (patience === 200) hung.resolve(new Response());
    await ranges[Symbol.asyncDispose]();
  }
  await using nonsense = startRanges(() => new Response(`<html>${sha1(STOLEN).slice(5)}:\n:::`));
  assert.equal(await countBreaches(nonsense.url, STOLEN), 0);
  const away = await logged(async () => assert.equal(await countBreaches("http://127.0.0.1:1/", STOLEN), 0));
  assert.equal(away.length, 1);
});
