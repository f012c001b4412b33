import assert from "node:assert/strict";
import { UpstreamBusyError, UpstreamRefusedError } from "../../errors.ts";
import { Governor } from "./governor.ts";
import { seeded, simulate, VirtualTime } from "./governor_simulation.ts";

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
    }, { meter: meter() })));
  assert.equal(most, 4);
  assert.equal(governor.state.inUse, 4, "the peak of this second is still shown");
  seconds += 2;
  assert.equal(governor.state.inUse, 0);
});

Deno.test("Governor halves its width when NetSuite has enough, and does not ask for more at once", async () => {
  const governor = new Governor(quick);
  let refusals = 2;
  const count = meter();
  assert.equal(
    await governor.run(() => refusals-- > 0 ? Promise.reject(busy()) : Promise.resolve("rows"), { meter: count }),
    "rows",
  );
  assert.deepEqual(count, { requests: 3, throttled: 2 });
  assert.equal(governor.state.width, 1);
  for (let n = 0; n < 60; n++) await governor.run(() => Promise.resolve(), { meter: meter() });
  assert.equal(governor.state.width, 1, "what is known to go well; a slot more is tried after a pause only");
});

Deno.test("Governor gives its slot back while it waits", async () => {
  const governor = new Governor({ ...quick, concurrency: 2 });
  let tries = 0;
  const waits = governor.run(
    () => tries++ === 0 ? Promise.reject(busy("upstream_busy", 300)) : Promise.resolve(),
    { meter: meter() },
  );
  const between = await governor.run(() => Promise.resolve("served meanwhile"), { meter: meter() });
  assert.equal(between, "served meanwhile");
  assert.equal(tries, 1, "the waiting request must not have been tried again yet");
  await waits;
});

Deno.test("Governor gives up when its time is used up, and at once on what is not to be retried", async () => {
  const time = new VirtualTime();
  const impatient = new Governor({ ...quick, retryBudgetMs: 2_500, clock: time, wait: time.wait, random: () => 0.99 });
  const count = meter();
  const failing = impatient.run(() => Promise.reject(busy()), { meter: count });
  failing.catch(() => {});
  await time.pass(10_000);
  await assert.rejects(failing, UpstreamBusyError);
  assert.deepEqual(count, { requests: 3, throttled: 3 }, "half a second, one, and the next wait would be too long");
  const one = meter();
  const refused = new UpstreamRefusedError("no", "upstream_refused", 400);
  await assert.rejects(new Governor(quick).run(() => Promise.reject(refused), { meter: one }), refused);
  assert.equal(one.requests, 1);
});

Deno.test("Governor stops waiting when the work is called off", async () => {
  const governor = new Governor(quick);
  const stop = new AbortController();
  const waiting = governor.run(() => Promise.reject(busy("upstream_busy", 30_000)), {
    meter: meter(),
    signal: stop.signal,
  });
  await Promise.resolve();
  stop.abort(new Error("called off"));
  await assert.rejects(waiting, /busy|called off/);
});

Deno.test("Governor serves a person before background work that has waited longer", async () => {
  const governor = new Governor({ ...quick, concurrency: 2 });
  const order: string[] = [];
  let free = () => {};
  const first = governor.run(() => new Promise<void>((done) => free = done), { meter: meter() });
  const ask = (name: string, urgency: "person" | "background") =>
    governor.run(() => Promise.resolve(void order.push(name)), { meter: meter(), urgency });
  const all = [ask("sync 1", "background"), ask("sync 2", "background"), ask("person", "person")];
  await Promise.resolve();
  free();
  await Promise.all([first, ...all]);
  assert.deepEqual(order, ["person", "sync 1", "sync 2"]);
});

Deno.test("Governor takes over NetSuite's own limit, and keeps one slot however small it is", async () => {
  const governor = new Governor(quick);
  governor.limit = 20;
  assert.equal(governor.state.most, 19);
  governor.limit = 1;
  assert.deepEqual([governor.state.most, governor.state.width], [1, 1]);
  await governor.run(() => Promise.resolve(), { meter: meter() });
});

Deno.test("Governor waits as long as Retry-After says, at least", async () => {
  const time = new VirtualTime();
  const governor = new Governor({ ...quick, clock: time, wait: time.wait });
  let tries = 0, servedAt = 0;
  const request = () => {
    if (tries++ === 0) return Promise.reject(busy("upstream_throttled", 7_000));
    servedAt = time.elapsedMs;
    return Promise.resolve();
  };
  const done = governor.run(request, { meter: meter() });
  await time.pass(60_000);
  await done;
  assert.ok(servedAt >= 7_000, `${servedAt} ms`);
});

/** Others take up to six tenths of the account, and take or free something every so often. */
function busyNeighbours(limit: number, seconds: number, every: number, seed: number): [number, number][] {
  const random = seeded(seed);
  const changes: [number, number][] = [];
  for (let at = 0; at < seconds - 30; at += every) changes.push([at, Math.floor(random() * limit * 0.6)]);
  return changes;
}

for (const [limit, latencyMs] of [[5, 20], [10, 40], [15, 50], [20, 60]] as const) {
  Deno.test(`Governor beside other integrations, ${limit} slots: few refusals, hardly a free slot idle, soon back`, async () => {
    const seed = Number(Deno.env.get("SEED") ?? 7), seconds = 400;
    const others = busyNeighbours(limit, seconds, 60, seed);
    const { requests, refused, used, recoveries } = await simulate({
      limit,
      reserved: 1,
      latencyMs,
      others,
      seconds,
      seed,
    });
    const share = `${refused} of ${requests} refused (${(refused / requests * 100).toFixed(3)} %)`;
    console.log(`seed ${seed}: ${share}, ${(used * 100).toFixed(1)} % used, back after ${recoveries.join(", ")} s`);
    assert.ok(refused / requests <= 0.001, share);
    assert.ok(used >= 0.9, `${used} of the free slots used`);
    for (const seconds of recoveries) assert.ok(seconds !== null && seconds <= 10, `back after ${seconds} s`);
  });
}

Deno.test("Governor on an account with one slot, which others take now and then, still moves on", async () => {
  const others: [number, number][] = [[0, 0], [20, 1], [40, 0], [60, 1], [90, 0]];
  const { requests, refused, used } = await simulate({
    limit: 1,
    reserved: 0,
    latencyMs: 50,
    others,
    seconds: 150,
    seed: 3,
  });
  console.log(`${requests - refused} served, ${refused} refused, ${(used * 100).toFixed(1)} % of the free time used`);
  assert.ok(requests - refused > 1_000 && used > 0.75, `${requests - refused} served, ${used} used`);
});
