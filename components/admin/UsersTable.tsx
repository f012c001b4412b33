import type { PersonView } from "../../lib/access/people.ts";
import { Badge } from "../Badge.tsx";
import { Moment } from "../Moment.tsx";
import { Head, Num, Table } from "../Table.tsx";

/** Accounts with their roles and sessions; each leads to its page. */
export function UsersTable({ people, now, own, provider }: {
  people: PersonView[];
  now: string;
  own: string | null;
  /** How people call the sign-in provider; null: there is one way to sign in only, which needs no column. */
  provider: string | null;
}) {
  return (
    <Table caption="Accounts">
      <thead>
        <tr>
          <Head>Name</Head>
          <Head>E-mail</Head>
          <Head>Role</Head>
          <Head>State</Head>
          {provider !== null && <Head>Sign-in</Head>}
          <Head numeric>Sessions</Head>
          <Head numeric>Last seen</Head>
          <Head numeric>Made</Head>
        </tr>
      </thead>
      <tbody>
        {people.map((one) => (
          <tr key={one.id}>
            <th scope="row">
              <a class="hover:underline" href={`/admin/users/${one.id}`}>{one.name}</a>
              {one.id === own && <span class="ml-1.5 font-normal text-muted">you</span>}
            </th>
            <td>{one.email}</td>
            <td>{one.roleName}</td>
            <td>{one.isOn ? <Badge state="good">On</Badge> : <Badge state="paused">Switched off</Badge>}</td>
            {provider !== null && <td>{waysOf(one, provider)}</td>}
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

function waysOf({ hasPassword, linkedAt }: PersonView, provider: string): string {
  const ways = [...(linkedAt === null ? [] : [provider]), ...(hasPassword ? ["password"] : [])];
  return ways.length === 0 ? "none" : ways.join(", ");
}
