import { page } from "fresh";
import { AccountPage } from "../../components/account/AccountPage.tsx";
import { CodeField } from "../../components/account/CodeField.tsx";
import { BeginForm, ConfirmForm } from "../../components/account/FactorSetUp.tsx";
import { type Fault, FaultSummary } from "../../components/account/FaultSummary.tsx";
import { Field } from "../../components/account/Field.tsx";
import { RecoveryCodes } from "../../components/account/RecoveryCodes.tsx";
import { Button, LinkButton } from "../../components/Button.tsx";
import { counted } from "../../components/format.ts";
import { Moment } from "../../components/Moment.tsx";
import { type FactorKey, readForm } from "../../lib/access/mod.ts";
import { AppError } from "../../lib/errors.ts";
import { define, type State } from "../../utils.ts";

interface Data {
  /** How the second factor stands; null without one. */
  factor: { since: string; recoveryLeft: number } | null;
  /** The settings want one of this person. */
  isRequired: boolean;
  /** This session may do nothing else before. */
  isLed: boolean;
  hasPassword: boolean;
  /** A set-up that waits for its code. */
  begun: FactorKey | null;
  /** Recovery codes that were just made: shown this once. */
  codes: string[];
  faults: Fault[];
  now: string;
}

/** Which field of its form an error belongs to. */
const FIELDS: Record<string, string | null> = {
  wrong_password: "password",
  wrong_code: "code",
  too_many_tries: null,
  set_up_over: null,
  has_factor: null,
  factor_required: null,
};

export const handler = define.handlers({
  async GET(ctx) {
    return page(await look(ctx.state, {}));
  },

  /** Begins and finishes the set-up, makes new recovery codes, switches off. */
  async POST(ctx) {
    const { person: me, session: id, services: { access: { secondFactor } } } = ctx.state;
    const person = me!; // the page's rule asks for one
    const session = id ?? "";
    const form = await readForm(ctx.req);
    const act = form.get("act");
    const [password, code] = ["password", "code"].map((name) => form.get(name) ?? "") as [string, string];
    try {
      switch (act) {
        case "begin":
          return page(await look(ctx.state, { begun: await secondFactor.begin(person, { password, session }) }));
        case "confirm":
          return page(await look(ctx.state, { codes: await secondFactor.confirm(person, { code, session }) }));
        case "renew":
          return page(await look(ctx.state, { codes: await secondFactor.renewRecovery(person, code) }));
        case "off":
          await secondFactor.switchOff(person, { password, code });
          return ctx.redirect("/account", 303);
        default:
          throw new AppError("The form does not say what to do.", "bad_person", "reject_request");
      }
    } catch (error) {
      if (!(error instanceof AppError && Object.hasOwn(FIELDS, error.code))) throw error;
      const faults = [{ field: FIELDS[error.code]!, message: error.message }];
      const begun = act === "confirm" ? await secondFactor.begun(person, session) : null;
      const status = error.code === "too_many_tries" ? 429 : 422;
      return page(await look(ctx.state, { faults, begun }), { status });
    }
  },
});

async function look(
  { person: me, lacksSecondFactor, services: { access } }: State,
  more: Partial<Data>,
): Promise<Data> {
  const person = me!;
  const [factor, hasPassword] = await Promise.all([
    access.secondFactor.stateOf(person.id),
    access.own.hasPassword(person),
  ]);
  return {
    ...{ factor, hasPassword, isRequired: access.secondFactor.isRequired(person), isLed: lacksSecondFactor },
    ...{ begun: null, codes: [], faults: [], now: new Date().toISOString() },
    ...more,
  };
}

export default define.page<typeof handler>(function SecondFactorPage({ data, state }) {
  const { factor, isLed, begun, codes, faults } = data;
  const faultOf = (field: string) => faults.find((fault) => fault.field === field)?.message;
  if (codes.length > 0) {
    return (
      <AccountPage title="Your recovery codes" lead="The second factor is on. All your other sessions have ended.">
        <RecoveryCodes codes={codes} />
        <LinkButton look="primary" class="mt-6 h-11 w-full text-sm" href={isLed ? "/" : "/account"}>
          I have kept them
        </LinkButton>
      </AccountPage>
    );
  }
  if (factor !== null) return <Manage {...data} factor={factor} faultOf={faultOf} />;
  const lead = isLed
    ? "Your role needs one. Nothing else opens before it is set up."
    : "An authenticator app on your phone or computer shows a code that each sign-in asks for.";
  return (
    <AccountPage title="Set up a second factor" lead={lead}>
      <FaultSummary title="The second factor is not on yet." faults={faults} />
      {begun === null
        ? <BeginForm email={state.person!.email} hasPassword={data.hasPassword} error={faultOf("password")} />
        : <ConfirmForm factor={begun} error={faultOf("code")} />}
      {isLed
        ? (
          <form class="mt-5" method="post" action="/sign-out">
            <Button look="ghost" class="h-11 w-full text-sm">Sign out</Button>
          </form>
        )
        : <Back />}
    </AccountPage>
  );
});

function Manage({ factor, faults, faultOf, hasPassword, isRequired, isLed, now }: Data & {
  factor: NonNullable<Data["factor"]>;
  faultOf(field: string): string | undefined;
}) {
  if (isLed) {
    return (
      <AccountPage title="Sign in anew" lead="Your second factor is on, and this session was opened without it.">
        <form class="mt-6" method="post" action="/sign-out">
          <Button look="primary" class="h-11 w-full text-sm">Sign out</Button>
        </form>
      </AccountPage>
    );
  }
  return (
    <AccountPage
      title="Your second factor"
      lead={
        <>
          On since <Moment at={factor.since} now={now} />. {counted(factor.recoveryLeft, "recovery code")} left.
        </>
      }
    >
      <FaultSummary title="Nothing was changed." faults={faults} />
      <form method="post" action="/account/second-factor">
        <CodeField error={faultOf("code")} focus={faults.length > 0 && !faultOf("password")} />
        <Button class="mt-5 h-11 w-full text-sm" name="act" value="renew" formNoValidate>New recovery codes</Button>
        {isRequired
          ? <p class="mt-5 text-xs text-muted">Your role needs a second factor, so that it cannot be switched off.</p>
          : (
            <>
              {hasPassword && (
                <Field
                  name="password"
                  label="Your password, to switch it off"
                  type="password"
                  autocomplete="current-password"
                  error={faultOf("password")}
                  focus={faultOf("password") !== undefined}
                />
              )}
              <Button look="danger" class="mt-5 h-11 w-full text-sm" name="act" value="off">Switch off</Button>
            </>
          )}
      </form>
      <Back />
    </AccountPage>
  );
}

const Back = () => (
  <p class="mt-5 text-list">
    <a class="go" href="/account">Back to your account</a>
  </p>
);
