import assert from "node:assert/strict";
import { naturalSign, signed } from "./signs.ts";

/** Main line, line, units of a line; null: none. */
type Amounts = [main: number | null, line: number | null, units: number | null];

/**
 * What NetSuite's ledger holds of a plain document of each type, and what
 * people say of it. Credits and returns are negative: they take back what they correct. The table is the documents' own,
 * written without looking at the code.
 */
const DOCUMENTS: [types: string, ledger: Amounts, natural: Amounts][] = [
  ["SalesOrd Estimate Opprtnty CustInvc CashSale CustChrg FinChrg", [100, -100, -2], [100, 100, 2]],
  ["CustCred RtnAuth CashRfnd CustRfnd", [-100, 100, 2], [-100, -100, -2]],
  ["PurchOrd VendBill PurchReq PurchCon BlankOrd ItemRcpt Check ExpRept CardChrg", [-100, 100, 2], [100, 100, 2]],
  ["VendCred VendAuth CardRfnd", [100, -100, -2], [-100, -100, -2]],
  ["ItemShip", [null, -40, -2], [null, 40, 2]],
  // without a direction of their own: as the ledger has them
  [
    "CustPymt CustDep DepAppl Journal SysJrnl PEJrnl FxReval Deposit Transfer Commissn TaxPymt",
    [100, -100, null],
    [100, -100, null],
  ],
  ["VendPymt VPrep VPrepApp", [-100, 100, null], [-100, 100, null]],
  ["TrnfrOrd InvTrnfr InvAdjst InvCount InvWksht InvDistr", [null, -40, -2], [null, -40, -2]],
  ["Build Unbuild WorkOrd WOIssue WOCompl WOClose", [40, -40, -2], [40, -40, -2]],
  ["Rfq VendRfq", [null, null, 2], [null, null, 2]],
  ["CustomSale101", [100, -100, -2], [100, -100, -2]],
];

Deno.test("naturalSign turns each type of document to what people say of it", () => {
  for (const [types, [main, line, units], [wantMain, wantLine, wantUnits]] of DOCUMENTS) {
    for (const type of types.split(" ")) {
      assert.equal(signed(main, naturalSign(type, true)), wantMain, `${type}: main line`);
      assert.equal(signed(line, naturalSign(type, false)), wantLine, `${type}: line`);
      assert.equal(signed(units, naturalSign(type, false)), wantUnits, `${type}: units`);
    }
  }
});

Deno.test("signed makes no negative zero", () => assert.ok(Object.is(signed(0, -1), 0)));
