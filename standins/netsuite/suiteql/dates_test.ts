import assert from "node:assert/strict";
import { Zone } from "../zone.ts";
import { rowsOf, tinyAccount } from "./tiny_account.ts";

/**
 * A stored moment (UTC) as accounts show it: zone, date preference, raw column, `TO_CHAR` of the same, and the time that a literal of
 * that wall clock means in UTC. Around midnight and around both switches of daylight saving.
 */
type Case = [utc: string, zone: string, preference: string, raw: string, wall: string, back?: string];

const US = "FMMM/DD/YYYY", DE = "DD.MM.YYYY", GB = "DD/MM/YYYY";
const [LA, ZH, IN] = ["America/Los_Angeles", "Europe/Zurich", "Asia/Kolkata"];

const CASES: Case[] = [
  // around midnight: the second before it, itself, the second after
  ["2026-03-02 07:59:59", LA, US, "3/1/2026", "2026-03-01 23:59:59"],
  ["2026-03-02 08:00:00", LA, US, "3/2/2026", "2026-03-02 00:00:00"],
  ["2026-03-02 08:00:01", LA, US, "3/2/2026", "2026-03-02 00:00:01"],
  ["2026-03-01 22:59:59", ZH, DE, "01.03.2026", "2026-03-01 23:59:59"],
  ["2026-03-01 23:00:00", ZH, DE, "02.03.2026", "2026-03-02 00:00:00"],
  ["2026-03-01 23:00:01", ZH, DE, "02.03.2026", "2026-03-02 00:00:01"],
  ["2026-03-01 18:29:59", IN, GB, "01/03/2026", "2026-03-01 23:59:59"],
  ["2026-03-01 18:30:00", IN, GB, "02/03/2026", "2026-03-02 00:00:00"],
  ["2026-12-31 23:59:59", "UTC", GB, "31/12/2026", "2026-12-31 23:59:59"],
  ["2027-01-01 00:00:00", "UTC", GB, "01/01/2027", "2027-01-01 00:00:00"],
  ["2026-12-31 23:00:00", ZH, US, "1/1/2027", "2027-01-01 00:00:00"],
  ["2027-01-01 07:59:59", LA, DE, "31.12.2026", "2026-12-31 23:59:59"],
  ["2028-02-29 08:00:00", LA, US, "2/29/2028", "2028-02-29 00:00:00"],
  // the clock springs: an hour is missing
  ["2026-03-08 09:59:59", LA, US, "3/8/2026", "2026-03-08 01:59:59"],
  ["2026-03-08 10:00:00", LA, US, "3/8/2026", "2026-03-08 03:00:00"],
  ["2026-03-09 06:59:59", LA, DE, "08.03.2026", "2026-03-08 23:59:59"],
  ["2026-03-09 07:00:00", LA, DE, "09.03.2026", "2026-03-09 00:00:00"],
  ["2026-03-29 00:59:59", ZH, DE, "29.03.2026", "2026-03-29 01:59:59"],
  ["2026-03-29 01:00:00", ZH, DE, "29.03.2026", "2026-03-29 03:00:00"],
  ["2026-03-29 21:59:59", ZH, GB, "29/03/2026", "2026-03-29 23:59:59"],
  ["2026-03-29 22:00:00", ZH, GB, "30/03/2026", "2026-03-30 00:00:00"],
  // the clock falls back: an hour comes twice, and text means its second time
  ["2026-11-01 08:00:00", LA, US, "11/1/2026", "2026-11-01 01:00:00", "2026-11-01 09:00:00"],
  ["2026-11-01 08:59:59", LA, US, "11/1/2026", "2026-11-01 01:59:59", "2026-11-01 09:59:59"],
  ["2026-11-01 09:00:00", LA, US, "11/1/2026", "2026-11-01 01:00:00"],
  ["2026-11-01 09:59:59", LA, GB, "01/11/2026", "2026-11-01 01:59:59"],
  ["2026-11-01 10:00:00", LA, GB, "01/11/2026", "2026-11-01 02:00:00"],
  ["2026-11-02 07:59:59", LA, US, "11/1/2026", "2026-11-01 23:59:59"],
  ["2026-11-02 08:00:00", LA, US, "11/2/2026", "2026-11-02 00:00:00"],
  ["2026-10-25 00:00:00", ZH, DE, "25.10.2026", "2026-10-25 02:00:00", "2026-10-25 01:00:00"],
  ["2026-10-25 00:59:59", ZH, DE, "25.10.2026", "2026-10-25 02:59:59", "2026-10-25 01:59:59"],
  ["2026-10-25 01:00:00", ZH, DE, "25.10.2026", "2026-10-25 02:00:00"],
  ["2026-10-25 22:59:59", ZH, GB, "25/10/2026", "2026-10-25 23:59:59"],
  ["2026-10-25 23:00:00", ZH, GB, "26/10/2026", "2026-10-26 00:00:00"],
  // a zone of half hours that never switches
  ["2026-10-25 00:30:00", IN, US, "10/25/2026", "2026-10-25 06:00:00"],
];

const MODEL = "'YYYY-MM-DD HH24:MI:SS'";

for (const [utc, zone, preference, raw, wall, back = utc] of CASES) {
  Deno.test(`${utc} UTC in ${zone} with ${preference} reads ${raw} and ${wall}, and is found by it`, () => {
    const { engine, session, db } = tinyAccount();
    session.zone = new Zone(zone);
    session.datePreference = preference;
    db.prepare(`UPDATE "transaction" SET lastmodifieddate = ?, trandate = '2026-03-08' WHERE id = 1`).run(utc);
    const q = `SELECT lastmodifieddate AS raw, TO_CHAR(lastmodifieddate, ${MODEL}) AS wall,
      TO_CHAR(SYS_EXTRACT_UTC(lastmodifieddate), ${MODEL}) AS utc, TO_CHAR(trandate, 'YYYY-MM-DD') AS day
      FROM transaction WHERE id = 1`;
    assert.deepEqual(rowsOf(engine, q), [{ raw, wall, utc, day: "2026-03-08" }], "a business date has no zone");
    // the day of the wall clock, from its midnight to the next
    const day = `lastmodifieddate >= TO_DATE('${wall.slice(0, 10)}', 'YYYY-MM-DD')
      AND lastmodifieddate < TO_DATE('${wall.slice(0, 10)}', 'YYYY-MM-DD') + 1`;
    assert.equal(rowsOf(engine, `SELECT id FROM transaction WHERE id = 1 AND ${day}`).length, 1);
    assert.equal(
      rowsOf(
        engine,
        `SELECT id FROM transaction WHERE id = 1 AND TRUNC(lastmodifieddate) = TO_DATE('${
          wall.slice(0, 10)
        }', 'YYYY-MM-DD')`,
      ).length,
      1,
    );
    // UTC windows of a second find it and its neighbours do not
    const window = "id = 1 AND SYS_EXTRACT_UTC(lastmodifieddate) = TO_TIMESTAMP(?, 'YYYY-MM-DD HH24:MI:SS')";
    assert.equal(rowsOf(engine, `SELECT id FROM transaction WHERE ${window}`, [utc]).length, 1);
    // the text of the wall clock as a literal: the second time of a repeated hour
    const meant =
      `SELECT TO_CHAR(SYS_EXTRACT_UTC(FROM_TZ(TO_TIMESTAMP('${wall}', ${MODEL}), '${zone}')), ${MODEL}) AS utc FROM dual`;
    assert.deepEqual(rowsOf(engine, meant), [{ utc: back }]);
    db.close();
  });
}
