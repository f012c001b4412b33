import assert from "node:assert/strict";
import { accountOf } from "./account.ts";

Deno.test("accountOf reads an account id in any spelling, and derives realm and host", () => {
  const table: [given: string, realm: string, host: string, isSandbox: boolean][] = [
    ["1234567", "1234567", "1234567", false],
    ["1234567_SB1", "1234567_SB1", "1234567-sb1", true],
    ["1234567-sb1", "1234567_SB1", "1234567-sb1", true],
    [" 1234567_sb12 ", "1234567_SB12", "1234567-sb12", true],
    ["1234567_RP", "1234567_RP", "1234567-rp", false],
    ["tstdrv1234567", "TSTDRV1234567", "tstdrv1234567", false],
    ["TD1234567", "TD1234567", "td1234567", false],
  ];
  for (const [given, realm, host, isSandbox] of table) {
    const base = `https://${host}.suitetalk.api.netsuite.com`;
    const tokenUrl = `${base}/services/rest/auth/oauth2/v1/token`;
    assert.deepEqual(accountOf(given), { realm, baseUrl: base, tokenUrl, isSandbox }, given);
  }
});

Deno.test("accountOf refuses what could change the host", () => {
  for (const id of ["", "evil.example.com/", "1234567@evil", "1234567_SB1_X", "12 34", "1234567/..", "a.b", "１２３"]) {
    assert.throws(() => accountOf(id), /is not a NetSuite account id/, id);
  }
});
