/** Names of properties: SuiteQL's `lastmodifieddate` is `lastModifiedDate` in the Record API. */

const WORDS =
  `acct asset auto available back base book by children cogs complete days description discount elimination end from hand hire hold lot on orders overdue percent
  precision primary public quantity reversal sale stage transit until unbilled account accounting actual addr address addressee alt amount approval attention avail average balance billing class close closed code color company contact cost costing country created
  credit currency customer date default deposit display due email entity exchange expected expense external first foreign full id inactive include income is item
  job label last legal level limit line list location make market memo method modified name next num number order other parent paid payables period person phone
  picked posting price probability projected purchase rate reason receipt record ref rep return sales search segment ship shipping source start state status
  subsidiary subtype supervisor symbol tax terms territory title total tran transaction type unit upc unpaid url use vendor void voided weight zip`
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
  const words: string[] = [];
  for (let rest = column; rest;) {
    const word = WORDS.find((w) => rest.startsWith(w));
    if (!word) return column;
    words.push(word);
    rest = rest.slice(word.length);
  }
  return words.map((w, i) => (i ? w[0]!.toUpperCase() + w.slice(1) : w)).join("");
}
