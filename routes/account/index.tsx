import { page } from "fresh";
import { type Fault, FaultSummary } from "../../components/account/FaultSummary.tsx";
import { Field } from "../../components/account/Field.tsx";
import { PasswordField } from "../../components/account/PasswordField.tsx";
import { FactorCard } from "../../components/account/FactorCard.tsx";
import { SessionsTable } from "../../components/admin/SessionsTable.tsx";
import { Button } from "../../components/Button.tsx";
import { Card } from "../../components/Card.tsx";
import { counted } from "../../components/format.ts";
import { TimesIn } from "../../components/Moment.tsx";
import { Notice } from "../../components/Notice.tsx";
import { PageHead } from "../../components/PageHead.tsx";
import { Shell } from "../../components/Shell.tsx";
import { readForm, type SessionView } from "../../lib/access/mod.ts";
import { AppError } from "../../lib/errors.ts";
import { define, type State } from "../../utils.ts";

interface Data {
  sessions: SessionView[];
  hasPassword: boolean;
  faults: Fault[];
  isChanged: boolean;
  factor: { since: string; recoveryLeft: number } | null;
  now: string;
}

/** Which field of the form an error belongs to. */
const FIELDS: Record<string, string | null> = { bad_person: "next", wrong_password: "present", too_many_tries: null };

export const handler = define.handlers({
  async GET(ctx) {
    return page(await look(ctx.state, {}));
  },

  /** Changes the own password, or ends own sessions. */
  async POST(ctx) {
    const { person: me, session, services: { access: { own } } } = ctx.state;
    const person = me!; // the page's rule asks for one
    const present = session ?? "";
    const form = await readForm(ctx.req);
    switch (form.get("act")) {
      case "end":
        await own.endSessions(person, form.get("session") ?? "", present);
        return ctx.redirect("/account", 303);
      case "password":
        try {
          const shown = { password: form.get("present") ?? "", session: present };
          await own.changePassword(person, shown, form.get("next") ?? "");
          return page(await look(ctx.state, { isChanged: true }));
        } catch (error) {
          if (!(error instanceof AppError && Object.hasOwn(FIELDS, error.code))) throw error;
          const faults = [{ field: FIELDS[error.code]!, message: error.message }];
          return page(await look(ctx.state, { faults }), { status: error.code === "too_many_tries" ? 429 : 422 });
        }
      default:
        throw new AppError("The form does not say what to do.", "bad_person", "reject_request");
    }
  },
});

async function look({ person, services: { access } }: State, more: Partial<Data>): Promise<Data> {
  const [sessions, hasPassword, factor] = await Promise.all([
    access.people.sessionsOf(person!.id),
    access.own.hasPassword(person!),
    access.secondFactor.stateOf(person!.id),
  ]);
  return { sessions, hasPassword, factor, faults: [], isChanged: false, now: new Date().toISOString(), ...more };
}

export default define.page<typeof handler>(function AccountPage({ data, state, url }) {
  const { sessions, hasPassword, faults, isChanged, factor, now } = data;
  const person = state.person!;
  const faultOf = (field: string) => faults.find((fault) => fault.field === field)?.message;
  return (
    <Shell state={state} url={url} title="Your account">
      <PageHead title="Your account">
        {person.name}, {person.email}, {person.roleName}. <TimesIn />
      </PageHead>
      {isChanged && (
        <div class="mb-4">
          <Notice tone="good" title="Your password is changed." role="status">
            All your other sessions have ended.
          </Notice>
        </div>
      )}
      <div class="grid items-start gap-4 xl:grid-cols-[2fr_1fr]">
        <Card
          title="Where you are signed in"
          subtitle={counted(sessions.length, "session")}
          flush
          actions={sessions.length > 1 && (
            <form method="post" action="/account">
              <input type="hidden" name="session" value="others" />
              <Button small name="act" value="end">End all others</Button>
            </form>
          )}
        >
          <SessionsTable sessions={sessions} now={now} present={state.session} />
        </Card>
        <div class="grid gap-4">
          <FactorCard factor={factor} now={now} />
          <Card title="Password" subtitle={hasPassword ? "A change ends all your other sessions" : undefined}>
            {hasPassword
              ? (
                <>
                  <FaultSummary title="Your password is as it was." faults={faults} />
                  <form method="post" action="/account">
                    <input type="hidden" name="email" autocomplete="username" value={person.email} />
                    <Field
                      name="present"
                      label="Present password"
                      type="password"
                      autocomplete="current-password"
                      error={faultOf("present")}
                      focus={faults.length > 0 && !faultOf("next")}
                    />
                    <PasswordField
                      name="next"
                      label="New password"
                      error={faultOf("next")}
                      focus={faultOf("next") !== undefined}
                    />
                    <Button class="mt-5" name="act" value="password">Change password</Button>
                  </form>
                </>
              )
              : <p class="text-list text-muted">You sign in through your company, which keeps your password.</p>}
          </Card>
        </div>
      </div>
    </Shell>
  );
});
