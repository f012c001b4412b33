import type { SessionView } from "../../lib/access/people.ts";
import { Button } from "../Button.tsx";
import { MISSING } from "../format.ts";
import { Moment } from "../Moment.tsx";
import { Head, Table } from "../Table.tsx";

/** The sessions of one person, each with a button that ends it; `present` is the one that asks. */
export function SessionsTable({ sessions, now, present = null }: {
  sessions: SessionView[];
  now: string;
  present?: string | null;
}) {
  return (
    <Table caption="Sessions">
      <thead>
        <tr>
          <Head>Browser</Head>
          <Head>Address</Head>
          <Head numeric>Last used</Head>
          <Head numeric>Begun</Head>
          <Head numeric>Ends</Head>
          <Head numeric>Act</Head>
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) => (
          <tr key={session.id}>
            <th scope="row">
              <span class="block max-w-72 truncate" title={session.userAgent ?? undefined}>
                {browserOf(session.userAgent)}
                {session.id === present && <span class="text-muted">, this one</span>}
              </span>
            </th>
            <td class="num">{session.address ?? MISSING}</td>
            <td class="n">
              <Moment at={session.lastUsedAt} now={now} />
            </td>
            <td class="n">
              <Moment at={session.createdAt} now={now} />
            </td>
            <td class="n">
              <Moment at={session.expiresAt} now={now} />
            </td>
            <td class="n">
              <form method="post">
                <input type="hidden" name="session" value={session.id} />
                <Button small name="act" value="end">
                  End<span class="sr-only">the session of {browserOf(session.userAgent)}</span>
                </Button>
              </form>
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** `Firefox on Linux` where the usual words are found, else what the browser says of itself. */
export function browserOf(userAgent: string | null): string {
  if (userAgent === null) return "Unknown browser";
  const find = (words: [RegExp, string][]) => words.find(([pattern]) => pattern.test(userAgent))?.[1];
  const browser = find([
    [/Edg\//, "Edge"],
    [/Firefox\//, "Firefox"],
    [/Chrom(e|ium)\//, "Chrome"],
    [/Safari\//, "Safari"],
  ]);
  const system = find([
    [/iPhone|iPad/, "iOS"],
    [/Android/, "Android"],
    [/Windows/, "Windows"],
    [/Mac OS X/, "macOS"],
    [/Linux/, "Linux"],
  ]);
  return browser && system ? `${browser} on ${system}` : userAgent;
}
