import type { KeyView } from "../../lib/access/keys.ts";
import { Badge } from "../Badge.tsx";
import { Button } from "../Button.tsx";
import { count } from "../format.ts";
import { Moment } from "../Moment.tsx";
import { Head, Table } from "../Table.tsx";

/** Keys, newest first, each with a button that ends it at once. */
export function KeysTable({ keys, now, withOwner }: { keys: KeyView[]; now: string; withOwner: boolean }) {
  return (
    <Table caption="API keys">
      <thead>
        <tr>
          <Head>Name</Head>
          {withOwner && <Head>Owner</Head>}
          <Head>May</Head>
          <Head>State</Head>
          <Head numeric>Last used</Head>
          <Head numeric>Ends</Head>
          <Head numeric>Act</Head>
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <tr key={key.id}>
            <th scope="row">
              {key.name}
              <span class="block text-xs font-normal text-muted">
                <code>{key.prefix}…</code>, {count(key.perMinute)} a minute
              </span>
            </th>
            {withOwner && <td>{key.ownerName}</td>}
            <td class="wrap min-w-40">{key.scopes.join(", ")}</td>
            <td>
              {key.state === "usable"
                ? <Badge state="good">Usable</Badge>
                : <Badge state="paused">{key.state === "expired" ? "Ended" : "Revoked"}</Badge>}
            </td>
            <td class="n">
              <Moment at={key.lastUsedAt} now={now} />
            </td>
            <td class="n">
              <Moment at={key.expiresAt} now={now} />
            </td>
            <td class="n">
              {key.state === "usable" && (
                <form method="post" action="/admin/keys">
                  <input type="hidden" name="key" value={key.id} />
                  <Button small name="act" value="revoke">
                    Revoke<span class="sr-only">{key.name}</span>
                  </Button>
                </form>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
