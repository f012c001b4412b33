import assert from "node:assert/strict";
import { personWith } from "../access/testing.ts";
import type { HistoryDayView } from "../sync/views.ts";
import { createApi } from "./mod.ts";

const day: HistoryDayView = {
  date: "2026-11-24",
  runs: { complete: 1439, incomplete: 0, failed: 1, cancelled: 0 },
  ...{ rowsRead: 9, written: 8, deleted: 1, quarantined: 0, requests: 4321, throttled: 2 },
  ...{ medianSeconds: 1.4, longestSeconds: 30, slotShare: 0.4, worstLagSeconds: 95 },
};

Deno.test("GET sync/history answers as many days as are asked for, 30 unless told, at most 400", async () => {
  const asked: number[] = [];
  const history = (days: number) => Promise.resolve((asked.push(days), [day]));
  const api = createApi({ sync: { history } as never, store: {} as never });
  const get = async (query: string) => {
    const answer = await api.fetch(new Request(`http://t.test/api/v1/sync/history${query}`), personWith("viewer"));
    return { status: answer.status, body: await answer.json() };
  };
  assert.deepEqual(await get(""), { status: 200, body: { days: [day] } });
  assert.equal((await get("?days=400")).status, 200);
  assert.deepEqual(asked, [30, 400]);
  assert.deepEqual([(await get("?days=401")).status, (await get("?days=0")).status], [400, 400]);
});
