import type { InvitationView } from "../../lib/access/invitations.ts";
import { Button } from "../Button.tsx";
import { Card } from "../Card.tsx";
import { counted } from "../format.ts";
import { Moment } from "../Moment.tsx";
import { Head, Table } from "../Table.tsx";

/** The invitations that are still open, each with a button that takes it back. Nothing where there is none. */
export function InvitationsCard({ invitations, now }: { invitations: InvitationView[]; now: string }) {
  if (invitations.length === 0) return null;
  return (
    <Card title="Open invitations" subtitle={counted(invitations.length, "invitation")} flush>
      <Table caption="Open invitations">
        <thead>
          <tr>
            <Head>E-mail</Head>
            <Head>Role</Head>
            <Head>By</Head>
            <Head numeric>Made</Head>
            <Head numeric>Ends</Head>
            <Head numeric>Act</Head>
          </tr>
        </thead>
        <tbody>
          {invitations.map((one) => (
            <tr key={one.id}>
              <th scope="row">{one.email}</th>
              <td>{one.roleName}</td>
              <td>{one.by}</td>
              <td class="n">
                <Moment at={one.createdAt} now={now} />
              </td>
              <td class="n">
                <Moment at={one.expiresAt} now={now} />
              </td>
              <td class="n">
                <form method="post" action="/admin/users">
                  <input type="hidden" name="invitation" value={one.id} />
                  <Button small name="act" value="revoke">
                    Take back<span class="sr-only">the invitation of {one.email}</span>
                  </Button>
                </form>
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}
