import { page } from "fresh";
import { InvitationsCard } from "../../../components/admin/InvitationsCard.tsx";
import { InviteForm } from "../../../components/admin/InviteForm.tsx";
import { LinkNotice } from "../../../components/admin/LinkNotice.tsx";
import { UsersTable } from "../../../components/admin/UsersTable.tsx";
import { Card } from "../../../components/Card.tsx";
import { Empty } from "../../../components/Empty.tsx";
import { counted } from "../../../components/format.ts";
import { Icon } from "../../../components/Icon.tsx";
import { TimesIn } from "../../../components/Moment.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { Paging } from "../../../components/Table.tsx";
import { Shell } from "../../../components/Shell.tsx";
import { covers, type InvitationView, type MadeLink, type PersonView, readForm } from "../../../lib/access/mod.ts";
import { AppError } from "../../../lib/errors.ts";
import { define, type State } from "../../../utils.ts";

const ROWS = 50;

interface Data {
  shown: PersonView[];
  matching: number;
  all: number;
  roles: { id: string; name: string }[];
  /** Roles that the one who looks may give. */
  given: { id: string; name: string }[];
  asked: { q: string; role: string; page: number };
  invitations: InvitationView[];
  /** The invitation that was just made: its link is shown this once. */
  made: MadeLink | null;
  invitee: { email: string; role: string };
  problem: string | null;
  now: string;
}

export const handler = define.handlers({
  /** Everybody, by name; `q` finds in names and addresses, `role` keeps one role. */
  async GET(ctx) {
    return page(await look(ctx.state, ctx.url));
  },

  /** Invites somebody, or takes an invitation back. The answer to the inviting shows the link. */
  async POST(ctx) {
    const { invitations } = ctx.state.services.access;
    const person = ctx.state.person!; // the page's rule asks for one
    const form = await readForm(ctx.req);
    const invitee = { email: form.get("email") ?? "", role: form.get("role") ?? "" };
    try {
      if (form.get("act") === "revoke") {
        await invitations.revoke(form.get("invitation") ?? "", person);
        return ctx.redirect("/admin/users", 303);
      }
      const made = await invitations.invite(invitee.email, invitee.role, person, ctx.url.origin);
      return page(await look(ctx.state, ctx.url, { made }));
    } catch (error) {
      if (!(error instanceof AppError && error.recovery === "reject_request")) throw error;
      const status = error.code === "beyond_own_rights" ? 403 : error.code === "unknown_invitation" ? 409 : 422;
      return page(await look(ctx.state, ctx.url, { invitee, problem: error.message }), { status });
    }
  },
});

async function look({ person, services: { access } }: State, url: URL, more: Partial<Data> = {}): Promise<Data> {
  const params = url.searchParams;
  const q = (params.get("q") ?? "").trim().slice(0, 100);
  const role = params.get("role") ?? "";
  const [all, known, invitations] = await Promise.all([
    access.people.list(),
    access.roles.list(),
    access.invitations.list(),
  ]);
  const words = q.toLowerCase();
  const found = all.filter((one) =>
    (role === "" || one.role === role) && `${one.name}\n${one.email}`.toLowerCase().includes(words)
  );
  const asked = params.get("page") ?? "";
  const number = /^[1-9]\d{0,6}$/.test(asked)
    ? Math.min(Number(asked), Math.max(1, Math.ceil(found.length / ROWS)))
    : 1;
  const named = (roles: typeof known) => roles.map(({ id, name }) => ({ id, name }));
  return {
    shown: found.slice((number - 1) * ROWS, number * ROWS),
    matching: found.length,
    all: all.length,
    roles: named(known),
    given: named(known.filter((one) => person !== null && covers(person, one))),
    asked: { q, role, page: number },
    invitations,
    made: null,
    invitee: { email: "", role: "viewer" },
    problem: null,
    now: new Date().toISOString(),
    ...more,
  };
}

export default define.page<typeof handler>(function UsersPage({ data, state, url }) {
  const { shown, matching, all, roles, asked, now, made, given, invitee, problem, invitations } = data;
  const href = (to: number) =>
    `/admin/users?${new URLSearchParams({ q: asked.q, role: asked.role, page: String(to) })}`;
  return (
    <Shell state={state} url={url} title="Users" crumbs={[{ label: "Admin" }]}>
      <PageHead title="Users">
        {counted(all, "account")}. <TimesIn />
      </PageHead>
      {made && <LinkNotice made={made} what="The invitation" lasts="7 days" />}
      <div class="mb-4 grid gap-4">
        <InviteForm given={invitee} roles={given} problem={problem} />
        <InvitationsCard invitations={invitations} now={now} />
      </div>
      <form class="mb-4 flex flex-wrap gap-2" action="/admin/users" role="search" aria-label="Users">
        <label class="input max-sm:h-11 max-sm:w-full">
          <Icon name="search" size={14} class="text-muted" />
          <input type="search" name="q" value={asked.q} aria-label="Name or e-mail" placeholder="Name or e-mail" />
        </label>
        <select class="select w-44 max-sm:h-11 max-sm:flex-1" name="role" aria-label="Role">
          <option value="">All roles</option>
          {roles.map((role) => (
            <option key={role.id} value={role.id} selected={role.id === asked.role}>{role.name}</option>
          ))}
        </select>
        <button class="btn h-9 max-sm:h-11" type="submit">Show</button>
      </form>
      <Card flush label="Everybody">
        {shown.length === 0
          ? (
            <Empty title="Nobody matches" action={<a class="go" href="/admin/users">Show everybody</a>}>
              No account has this name, address or role.
            </Empty>
          )
          : (
            <UsersTable
              people={shown}
              now={now}
              own={state.person?.id ?? null}
              provider={state.services.access.oidc?.label ?? null}
            />
          )}
        {matching > ROWS && <Paging page={asked.page} rows={ROWS} total={matching} href={href} label="users" />}
      </Card>
    </Shell>
  );
});
