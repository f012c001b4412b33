import type { PersonView } from "../../lib/access/people.ts";
import { Badge } from "../Badge.tsx";
import { Moment } from "../Moment.tsx";
import { Head, Num, Table } from "../Table.tsx";

/** Accounts with their roles and sessions; each leads to its page. */
export function UsersTable({ people, now, own }: { people: PersonView[]; now: string; own: string | null }) {
  return (
    <Table caption="Accounts">
      <thead>
        <tr>
          <Head>Name</Head>
          <Head>E-mail</Head>
          <Head>Role</Head>
          <Head>State</Head>
          <Head numeric>Sessions</Head>
          <Head numeric>Last seen</Head>
          <Head numeric>Made</Head>
        </tr>
      </thead>
      <tbody>
        {people.map((one) => (
          <tr key={one.id}>
            <th scope="row">
              <a class="go" href={`/admin/users/${one.id}`}>{one.name}</a>
              {one.id === own && <span class="ml-1.5 font-normal text-muted">you</span>}
            </th>
            <td>{one.email}</td>
            <td>{one.roleName}</td>
            <td>{one.isOn ? <Badge state="good">On</Badge> : <Badge state="paused">Switched off</Badge>}</td>
            <Num value={one.sessions} />
            <td class="n">
              <Moment at={one.lastSeenAt} now={now} />
            </td>
            <td class="n">
              <Moment at={one.createdAt} now={now} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
