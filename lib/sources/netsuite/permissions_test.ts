import assert from "node:assert/strict";
import { STREAMS } from "../../streams/registry.ts";
import { DOCUMENT_PERMISSIONS, LOGIN_PERMISSIONS, PERMISSIONS } from "./permissions.ts";

/** Rows of the table of permissions in the guide, as tab and name, without the level in brackets. */
async function named(): Promise<Set<string>> {
  const guide = await Deno.readTextFile(new URL("../../../docs/netsuite-setup.md", import.meta.url));
  const part = guide.slice(guide.indexOf("## 2. A role"), guide.indexOf("## 3."));
  const rows = part.split("\n").filter((line) => /^\| (Setup|Reports|Transactions|Lists)\b/.test(line));
  return new Set(rows.map((line) => {
    const [, tab, name] = line.split("|").map((cell) => cell.trim());
    return `${tab}: ${name!.replace(/ \((View|Full|Edit|Create)\)$/, "")}`;
  }));
}

Deno.test("The guide asks for every permission that the program may find missing, by the same name, and for no other", async () => {
  const needed = new Set([
    ...Object.values(PERMISSIONS).map(({ tab, name }) => `${tab}: ${name}`),
    ...Object.values(DOCUMENT_PERMISSIONS).map((name) => `Transactions: ${name}`),
    ...Object.values(LOGIN_PERMISSIONS).map((name) => `Setup: ${name}`),
    "Setup: REST Web Services",
    "Reports: SuiteAnalytics Workbook",
  ]);
  assert.deepEqual([...await named()].sort(), [...needed].sort());
});

Deno.test("Every table that a stream reads has the permission that it takes", () => {
  const tables = STREAMS.flatMap(({ table, children }) => [table, ...(children ? [children.table] : [])]);
  assert.deepEqual(tables.filter((table) => !PERMISSIONS[table]), []);
});
