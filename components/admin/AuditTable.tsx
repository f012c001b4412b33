import { AUDIT_ACTIONS, type AuditEntry, type Plain } from "../../lib/access/audit_entry.ts";
import { MISSING } from "../format.ts";
import { Moment } from "../Moment.tsx";
import { Head, Table } from "../Table.tsx";

/** Entries of the audit log, newest first. */
export function AuditTable({ entries, now }: { entries: AuditEntry[]; now: string }) {
  return (
    <Table caption="Audit log">
      <thead>
        <tr>
          <Head>What</Head>
          <Head numeric>When</Head>
          <Head>Who</Head>
          <Head>To what</Head>
          <Head>Details</Head>
          <Head>From</Head>
          <Head numeric>No.</Head>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry._id}>
            <th scope="row">{AUDIT_ACTIONS[entry.action] ?? entry.action}</th>
            <td class="n">
              <Moment at={entry.at.toISOString()} now={now} seconds />
            </td>
            <td>
              {entry.actor.name}
              {entry.actor.key && <span class="text-muted">, by the key {entry.actor.key.name}</span>}
              {entry.actor.seesAs && <span class="text-muted">, as {entry.actor.seesAs}</span>}
            </td>
            <td>{entry.subject ? entry.subject.name ?? entry.subject.id : MISSING}</td>
            <td class="wrap min-w-48 max-sm:min-w-80">{detailWords(entry.details)}</td>
            <td class="num">{entry.actor.address ?? MISSING}</td>
            <td class="n">
              <span title={entry.hash}>{entry._id}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** Details as words: `from viewer, to operator`. */
export function detailWords(details: { readonly [name: string]: Plain }): string {
  const words = Object.entries(details).flatMap(([name, value]) => {
    const text = valueWords(value);
    return text === "" ? [] : [`${name.replaceAll(/([A-Z])/g, " $1").toLowerCase()} ${text}`];
  });
  return words.length === 0 ? MISSING : words.join(", ");
}

function valueWords(value: Plain): string {
  if (value === null) return "none";
  if (Array.isArray(value)) return value.length === 0 ? "" : value.map(valueWords).join(" + ");
  if (typeof value === "object") {
    return Object.entries(value).map(([name, one]) => `${name} ${valueWords(one) || "none"}`).join("; ");
  }
  return String(value);
}
