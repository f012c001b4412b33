import { HttpError, page } from "fresh";
import { ChoiceField } from "../../../components/admin/Field.tsx";
import { LinkNotice } from "../../../components/admin/LinkNotice.tsx";
import { SignInWays } from "../../../components/admin/SignInWays.tsx";
import { SessionsTable } from "../../../components/admin/SessionsTable.tsx";
import { Badge } from "../../../components/Badge.tsx";
import { Button } from "../../../components/Button.tsx";
import { Card } from "../../../components/Card.tsx";
import { counted } from "../../../components/format.ts";
import { Moment, TimesIn } from "../../../components/Moment.tsx";
import { Notice } from "../../../components/Notice.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { Shell } from "../../../components/Shell.tsx";
import {
  can,
  covers,
  type MadeLink,
  type PersonView,
  readForm,
  type RoleView,
  type SessionView,
} from "../../../lib/access/mod.ts";
import { AppError } from "../../../lib/errors.ts";
import { define, type State } from "../../../utils.ts";

interface Data {
  one: PersonView;
  sessions: SessionView[];
  /** Roles that may be given, and the present one. */
  roles: RoleView[];
  factor: { since: string; recoveryLeft: number } | null;
  problem: string | null;
  /** A link for a new password that was just made: shown this once. */
  made: MadeLink | null;
  /** The sign-in provider, if there is one. */
  provider: { label: string; givesRoles: boolean } | null;
  now: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    return page(await look(ctx.state, ctx.params.id ?? "", null));
  },

  /** Gives another role, switches the account off or on, ends sessions, makes a link for a new password. */
  async POST(ctx) {
    const { people, resets, secondFactor } = ctx.state.services.access;
    const person = ctx.state.person!; // the page's rule asks for one
    const id = ctx.params.id ?? "";
    const form = await readForm(ctx.req);
    try {
      switch (form.get("act")) {
        case "role":
          await people.changeRole(id, form.get("role") ?? "", person);
          break;
        case "off":
        case "on":
          await people.switchTo(id, form.get("act") === "on", person);
          break;
        case "end":
          await people.endSessions(id, form.get("session") ?? "", person);
          break;
        case "unlink":
          await people.removeLink(id, person);
          break;
        case "factor":
          await secondFactor.reset(id, person);
          break;
        case "reset": {
          const made = await resets.make(id, person, ctx.url.origin);
          return page({ ...await look(ctx.state, id, null), made });
        }
        default:
          throw new AppError("The form does not say what to do.", "bad_person", "reject_request");
      }
      return ctx.redirect(`/admin/users/${encodeURIComponent(id)}`, 303);
    } catch (error) {
      const isTold = error instanceof AppError && error.recovery === "reject_request" &&
        error.code !== "unknown_person";
      if (!isTold) throw error;
      const status = error.code === "beyond_own_rights" ? 403 : 409;
      return page(await look(ctx.state, id, error.message), { status });
    }
  },
});

async function look({ services: { access }, person }: State, id: string, problem: string | null): Promise<Data> {
  const one = await access.people.find(id);
  if (one === null) throw new HttpError(404, "There is no such person. Users lists the accounts there are.");
  const [sessions, roles, factor] = await Promise.all([
    access.people.sessionsOf(id),
    access.roles.list(),
    access.secondFactor.stateOf(id),
  ]);
  const given = roles.filter((role) => role.id === one.role || (person !== null && covers(person, role)));
  const provider = access.oidc && { label: access.oidc.label, givesRoles: access.oidc.givesRoles };
  return { one, sessions, roles: given, factor, problem, made: null, provider, now: new Date().toISOString() };
}

export default define.page<typeof handler>(function UserPage({ data, state, url }) {
  const { one, sessions, roles, factor, problem, made, provider, now } = data;
  const isOwn = one.id === state.person?.id;
  return (
    <Shell
      state={state}
      url={url}
      title={one.name}
      crumbs={[{ label: "Admin" }, { label: "Users", href: "/admin/users" }]}
    >
      <PageHead title={one.name}>
        {one.email}, made <Moment at={one.createdAt} now={now} />. <TimesIn />
      </PageHead>
      {problem && (
        <div class="mb-4">
          <Notice tone="wrong" title="Nothing was changed." role="alert">{problem}</Notice>
        </div>
      )}
      {made && <LinkNotice made={made} what="The link for a new password" lasts="an hour" />}
      <div class="grid items-start gap-4 xl:grid-cols-[2fr_1fr]">
        <Card
          title="Sessions"
          subtitle={sessions.length === 0 ? "Not signed in anywhere" : counted(sessions.length, "session")}
          flush
          actions={sessions.length > 1 && (
            <form method="post">
              <input type="hidden" name="session" value="all" />
              <Button small name="act" value="end">End all</Button>
            </form>
          )}
        >
          {sessions.length > 0 && <SessionsTable sessions={sessions} now={now} />}
        </Card>
        <div class="grid gap-4">
          <Card title="Role" subtitle="Counts from the next request on">
            <form class="flex items-end gap-2" method="post">
              <ChoiceField
                class="flex-1"
                name="role"
                label="Role"
                value={one.role}
                options={roles.map((role) => ({ value: role.id, label: role.name }))}
              />
              <Button name="act" value="role" class="h-9 max-sm:h-11">Give role</Button>
            </form>
            {provider?.givesRoles && one.linkedAt && (
              <p class="mt-3 text-xs text-muted">{provider.label} gives the role anew at each sign-in there.</p>
            )}
            {can(state.person, "roles:manage") && (
              <p class="mt-3 text-xs">
                <a class="go" href={`/admin/roles?role=${one.role}`}>What {one.roleName} allows</a>
              </p>
            )}
          </Card>
          <SignInWays one={one} provider={provider} now={now} />
          <Card title="Password" subtitle="For who has forgotten it">
            <form method="post">
              <Button name="act" value="reset">Make link</Button>
              <p class="mt-2 text-xs text-muted">
                A link for a new password, to hand over yourself. Setting it ends all sessions.
              </p>
            </form>
          </Card>
          <Card title="Second factor" subtitle="A code at each sign-in">
            <p class={factor && !isOwn ? "mb-3" : ""}>
              {factor ? <Badge state="good">On</Badge> : <Badge state="paused">Not set up</Badge>}
            </p>
            {factor && !isOwn && (
              <form method="post">
                <Button name="act" value="factor">Take away</Button>
                <p class="mt-2 text-xs text-muted">
                  For who has lost device and recovery codes. Make sure that you are speaking with{" "}
                  {one.name}. All sessions end.
                </p>
              </form>
            )}
            {factor && isOwn && <a class="go text-xs" href="/account/second-factor">Open your own</a>}
          </Card>
          <Card title="Account">
            <p class="mb-3">
              {one.isOn ? <Badge state="good">On</Badge> : <Badge state="paused">Switched off</Badge>}
            </p>
            {isOwn ? <p class="text-xs text-muted">Nobody can switch the own account off.</p> : (
              <form method="post">
                <Button name="act" value={one.isOn ? "off" : "on"}>
                  {one.isOn ? "Switch off" : "Switch on"}
                </Button>
                <p class="mt-2 text-xs text-muted">
                  {one.isOn
                    ? "Ends all sessions and API keys at once. Nothing is deleted."
                    : "May sign in again; API keys that have not ended work again."}
                </p>
              </form>
            )}
          </Card>
        </div>
      </div>
    </Shell>
  );
});
