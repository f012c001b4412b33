import assert from "node:assert/strict";
import type { SyncStatus } from "../../lib/sync/views.ts";
import { BUSY_MS, IDLE_MS, type Line, poll } from "./poll.ts";
import { isMoving } from "./progress.ts";
import { aRun, aStatus } from "./testing.ts";

/** A page with its own clock: timers fire when the test says so. */
function aPage(answer: () => Response | Promise<Response>, busy = false) {
  const timers: { call: () => void; ms: number }[] = [];
  const seen: SyncStatus[] = [];
  const lines: Line[] = [];
  let asked = 0;
  const page = {
    hidden: false,
    seen,
    lines,
    asked: () => asked,
    waits: () => timers.map((timer) => timer.ms),
    /** Fires the next timer and lets what it starts settle. */
    async turn() {
      timers.shift()?.call();
      await settle();
    },
  };
  const question = {
    path: "/api/v1/sync/status",
    isMoving,
    onAnswer: (status: SyncStatus) => seen.push(status),
    onLine: (line: Line) => lines.push(line),
  };
  const poller = poll(question, busy, {
    // deno-lint-ignore require-await -- what throws must reject, as fetch does
    fetch: async () => {
      asked++;
      return answer();
    },
    later(call, ms) {
      const timer = { call, ms };
      timers.push(timer);
      return () => {
        const at = timers.indexOf(timer);
        if (at >= 0) timers.splice(at, 1);
      };
    },
    now: () => 1000,
    hidden: () => page.hidden,
  });
  return Object.assign(page, { poller });
}

/** Everything that is resolved already has run after this: a macrotask comes after all microtasks. */
const settle = () => new Promise<void>((done) => setTimeout(done, 0));

Deno.test("poll asks each second during a run and each ten seconds otherwise", async () => {
  let status = aStatus({ current: aRun() });
  const page = aPage(() => Response.json(status));
  assert.deepEqual(page.waits(), [IDLE_MS]);
  await page.turn();
  assert.deepEqual(page.waits(), [BUSY_MS]);
  status = aStatus();
  await page.turn();
  assert.deepEqual(page.waits(), [IDLE_MS]);
  assert.equal(page.seen.length, 2);
});

Deno.test("poll asks nothing while the tab is hidden, and at once when it is seen again", async () => {
  const page = aPage(() => Response.json(aStatus()), true);
  page.hidden = true;
  await page.turn();
  assert.deepEqual(page.waits(), []);
  page.poller.wake();
  await settle();
  assert.equal(page.asked(), 1); // the one that was under way as the tab went
  page.hidden = false;
  page.poller.wake();
  await settle();
  assert.equal(page.asked(), 2);
  assert.deepEqual(page.waits(), [IDLE_MS]);
});

Deno.test("poll survives a restart of the server: says so once, tries on ever later, heals", async () => {
  const answers = [
    () => {
      throw new TypeError("fetch failed");
    },
    () => new Response("starting", { status: 503 }),
    () => new Response("<html>", { status: 200 }),
    () => Response.json(aStatus()),
  ];
  const page = aPage(() => answers.shift()!(), true);
  const waits = [];
  for (let i = 0; i < 3; i++) {
    await page.turn();
    waits.push(page.waits()[0]);
  }
  assert.deepEqual(waits, [1_000, 2_000, 4_000]);
  assert.deepEqual(page.lines, [{ state: "broken", since: 1000 }]);
  assert.equal(page.seen.length, 0);
  await page.turn();
  assert.deepEqual(page.lines.at(-1), { state: "open" });
  assert.equal(page.seen.length, 1);
});

Deno.test("poll waits ten seconds at most", async () => {
  const page = aPage(() => new Response(null, { status: 500 }), true);
  for (let i = 0; i < 9; i++) await page.turn();
  assert.deepEqual(page.waits(), [IDLE_MS]);
});

Deno.test("poll stops when the session has ended, and when told to", async () => {
  const page = aPage(() => new Response(null, { status: 401 }));
  await page.turn();
  assert.deepEqual(page.lines, [{ state: "signed_out" }]);
  assert.deepEqual(page.waits(), []);

  const other = aPage(() => Response.json(aStatus()));
  other.poller.stop();
  assert.deepEqual(other.waits(), []);
  other.poller.wake();
  await settle();
  assert.equal(other.seen.length, 0);
});

Deno.test("poll asks its question only, and no more once an answer has stopped it", async () => {
  const asked: string[] = [];
  const timers: (() => void)[] = [];
  const poller = poll<{ over: boolean }>(
    {
      path: "/api/v1/sync/runs/7",
      isMoving: () => true,
      onLine: () => {},
      onAnswer: ({ over }) => over && poller.stop(),
    },
    true,
    {
      fetch: (url) => Promise.resolve(Response.json({ over: asked.push(url) === 2 })),
      later: (call) => {
        timers.push(call);
        return () => {};
      },
      now: () => 0,
      hidden: () => false,
    },
  );
  while (timers.length > 0) {
    timers.shift()!();
    await settle();
  }
  assert.deepEqual(asked, ["/api/v1/sync/runs/7", "/api/v1/sync/runs/7"]);
});
