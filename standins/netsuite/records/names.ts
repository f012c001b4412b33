/** Names of properties: SuiteQL's `lastmodifieddate` is `lastModifiedDate` in the Record API. */

const WORDS =
  `acct adjust allow applied apply asset auto available back base book bins billed by cash changes children committed backordered backordered cogs complete days description discount elimination end flow from general gl hand hire hold lot on orders overdue percent
  precision primary public quantity reversal sale serial stage transit until unbilled account accounting actual addr address addressee alt amount approval attention avail average balance billing class close closed code color company contact cost costing country created
  credit currency customer date default deposit display due email entity exchange expected expense external first foreign full id inactive include income is item
  job label last legal level limit line list location locked lot make market member memo method modified net non name next num ordpicked picked number order other parent paid payables period person phone
  picked posting price probability projected purchase rate reason recv receipt rejected record ref rep return sales search segment ship shipping source start state status
  subsidiary subtype supervisor symbol summary quarter tax terms year estimate online fully shipped billable affecting inventory ar ap all pattern code hierarchy with uniquekey display territory title total tran transaction type unit upc unpaid url use vendor void voided weight zip`
    .split(/\s+/).sort((a, b) => b.length - a.length);

/** Columns whose property is called otherwise. */
const RENAMED: Record<string, Record<string, string>> = {
  transaction: {
    foreigntotal: "total",
    employee: "salesRep",
    foreignamountpaid: "amountPaid",
    foreignamountunpaid: "amountRemaining",
  },
  transactionline: {
    foreignamount: "amount",
    memo: "description",
    linesequencenumber: "lineSequenceNumber",
    createdfrom: "createdFrom",
  },
};
const made = new Map<string, string>();

/** The property of a column; names that are not made of known words stay as they are. */
export function propertyName(table: string, column: string): string {
  const renamed = RENAMED[table]?.[column];
  if (renamed) return renamed;
  let name = made.get(column);
  if (name === undefined) made.set(column, name = camelCase(column));
  return name;
}

function camelCase(column: string): string {
  if (column.startsWith("cust") && column.includes("_")) return column;
  const words = wordsOf(column);
  return words ? words.map((w, i) => (i ? w[0]!.toUpperCase() + w.slice(1) : w)).join("") : column;
}

/** Parts a name into known words, long ones first, shorter ones where those lead nowhere. */
function wordsOf(rest: string): string[] | null {
  if (rest === "") return [];
  for (const word of WORDS) {
    if (!rest.startsWith(word)) continue;
    const more = wordsOf(rest.slice(word.length));
    if (more) return [word, ...more];
  }
  return null;
}
