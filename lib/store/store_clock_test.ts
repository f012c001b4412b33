import assert from "node:assert/strict";
import { storeClock } from "./store_clock.ts";

/** A database whose clock stands at `time.store`, and a machine's at `time.own`. */
function made(time: { own: number; store: number; tellsTime?: boolean; tripMs?: number }) {
  const asked: Promise<unknown>[] = [];
  const command = () => {
    const answer = Promise.resolve(time.tellsTime === false ? {} : { localTime: new Date(time.store) });
    time.own += time.tripMs ?? 0;
    asked.push(answer);
    return answer;
  };
  const db = { command } as never;
  return { asked, clock: storeClock({ db }, { now: () => new Date(time.own) }) };
}

Deno.test("storeClock shows the database's time, however wrong the machine's is, and follows when that is set right", async () => {
  const time = { own: 10_000_000, store: 5_000_000 };
  const { clock: opening, asked } = made(time);
  const clock = await opening;
  assert.equal(+clock.now(), 5_000_000);
  time.own += 10_000;
  assert.equal(+clock.now(), 5_010_000);
  time.own = time.store = 5_040_000; // set right, and later than the comparison holds
  clock.now();
  await Promise.all(asked);
  await Promise.resolve();
  assert.equal(+clock.now(), 5_040_000);
  assert.equal(asked.length, 2);
});

Deno.test("storeClock takes clocks for equal that differ by less than an answer takes, and a server's silence for no news", async () => {
  const slow = await made({ own: 1_000_000, store: 1_002_500, tripMs: 4_000 }).clock;
  assert.equal(+slow.now(), 1_004_000);
  const silent = await made({ own: 1_000_000, store: 5_000_000, tellsTime: false }).clock;
  assert.equal(+silent.now(), 1_000_000);
});
