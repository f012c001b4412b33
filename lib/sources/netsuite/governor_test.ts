import assert from "node:assert/strict";
import { UpstreamBusyError, UpstreamRefusedError } from "../../errors.ts";
import { Governor } from "./governor.ts";

const meter = () => ({ requests: 0, throttled: 0 });
const busy = (code = "upstream_throttled", after: number | null = null) => new UpstreamBusyError("busy", code, after);
const quick = { concurrency: 5, reservedSlots: 1, retryBudgetMs: 60_000, random: () => 0 };

Deno.test("Governor never has more requests under way than its slots", async () => {
  let seconds = 100;
  const governor = new Governor({ ...quick, clock: { now: () => new Date(seconds * 1000) } });
  let now = 0, most = 0;
  await Promise.all(Array.from({ length: 40 }, () =>
    governor.run(async () => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      now--;
    }, meter())));
  assert.equal(most, 4);
  assert.equal(governor.state.inUse, 4, "the peak of this second is still shown");
  seconds += 2;
  assert.equal(governor.state.inUse, 0);
});

Deno.test("Governor halves its width when NetSuite has enough, and widens again when all goes well", async () => {
  const governor = new Governor(quick);
  let refusals = 2;
  const count = meter();
  assert.equal(
    await governor.run(() => refusals-- > 0 ? Promise.reject(busy()) : Promise.resolve("rows"), count),
    "rows",
  );
  assert.deepEqual(count, { requests: 3, throttled: 2 });
  assert.equal(governor.state.width, 1);
  for (let n = 0; n < 60; n++) await governor.run(() => Promise.resolve(), meter());
  assert.equal(governor.state.width, 4);
});

Deno.test("Governor gives its slot back while it waits", async () => {
  const governor = new Governor({ ...quick, concurrency: 2 });
  let tries = 0;
  const waits = governor.run(
    () => tries++ === 0 ? Promise.reject(busy("upstream_busy", 300)) : Promise.resolve(),
    meter(),
  );
  const between = await governor.run(() => Promise.resolve("served meanwhile"), meter());
  assert.equal(between, "served meanwhile");
  assert.equal(tries, 1, "the waiting request must not have been tried again yet");
  await waits;
});

Deno.test("Governor gives up when its time is used up, and at once on what is not to be retried", async () => {
  let now = 0;
  const clock = { now: () => new Date(now += 1_000) };
  const impatient = new Governor({ ...quick, retryBudgetMs: 2_500, clock });
  const count = meter();
  await assert.rejects(impatient.run(() => Promise.reject(busy()), count), UpstreamBusyError);
  assert.ok(count.requests >= 2 && count.requests <= 3, `${count.requests} requests`);
  const one = meter();
  const refused = new UpstreamRefusedError("no", "upstream_refused", 400);
  await assert.rejects(new Governor(quick).run(() => Promise.reject(refused), one), refused);
  assert.equal(one.requests, 1);
});

Deno.test("Governor stops waiting when the work is called off", async () => {
  const governor = new Governor(quick);
  const stop = new AbortController();
  const waiting = governor.run(() => Promise.reject(busy("upstream_busy", 30_000)), meter(), stop.signal);
  await Promise.resolve();
  stop.abort(new Error("called off"));
  await assert.rejects(waiting, /busy|called off/);
});
