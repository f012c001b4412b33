import { page } from "fresh";
import { AccountPage } from "../../components/account/AccountPage.tsx";
import { EitherField } from "../../components/account/CodeField.tsx";
import { BeginForm, ConfirmForm } from "../../components/account/FactorSetUp.tsx";
import { type Fault, FaultSummary } from "../../components/account/FaultSummary.tsx";
import { Field } from "../../components/account/Field.tsx";
import { RecoveryCodes } from "../../components/account/RecoveryCodes.tsx";
import { Button, LinkButton } from "../../components/Button.tsx";
import { counted } from "../../components/format.ts";
import { Moment, Zone } from "../../components/Moment.tsx";
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
  /** What has come of them, beside. */
  codesLead: string;
  faults: Fault[];
  now: string;
}

/** Which field of its form an error belongs to. */
const FIELDS: Record<string, string | null> = {
  wrong_password: "password",
  wrong_code: "code",
  too_many_tries: null,
  set_up_over: null,
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
          return page(await look(ctx.state, { begun: await secondFactor.begin(person, { password, code, session }) }));
        case "confirm":
          return page(
            await look(ctx.state, {
              codes: await secondFactor.confirm(person, { code, session }),
              codesLead: "The second factor is on. All your other sessions have ended.",
            }),
          );
        case "renew":
          return page(
            await look(ctx.state, {
              codes: await secondFactor.renewRecovery(person, { password, code }),
              codesLead: "Those from before have ended.",
            }),
          );
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
    ...{ begun: null, codes: [], codesLead: "", faults: [], now: new Date().toISOString() },
    ...more,
  };
}

export default define.page<typeof handler>(function SecondFactorPage({ data, state }) {
  const { factor, isLed, begun, codes, faults } = data;
  const faultOf = (field: string) => faults.find((fault) => fault.field === field)?.message;
  if (codes.length > 0) {
    return (
      <AccountPage title="Your recovery codes" lead={data.codesLead}>
        <RecoveryCodes codes={codes} />
        <LinkButton look="primary" class="mt-6 h-11 w-full text-sm" href={isLed ? "/" : "/account"}>
          I have kept them
        </LinkButton>
      </AccountPage>
    );
  }
  if (factor !== null && begun === null) {
    return (
      <Zone.Provider value={state.services.config.zone}>
        <Manage {...data} factor={factor} email={state.person!.email} faultOf={faultOf} />
      </Zone.Provider>
    );
  }
  const lead = factor !== null
    ? "Codes of the device from before count until a code of the new one has come."
    : isLed
    ? "Your role needs one. Nothing else opens before it is set up."
    : "An authenticator app on your phone or computer shows a code that each sign-in asks for.";
  return (
    <AccountPage title={factor ? "Set up a new device" : "Set up a second factor"} lead={lead}>
      <FaultSummary
        title={factor ? "The new device is not set up yet." : "The second factor is not on yet."}
        faults={faults}
      />
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

function Manage({ factor, email, faults, faultOf, hasPassword, isRequired, isLed, now }: Data & {
  factor: NonNullable<Data["factor"]>;
  email: string;
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
        <input type="hidden" name="email" autocomplete="username" value={email} />
        {hasPassword && (
          <Field
            name="password"
            label="Your password"
            type="password"
            autocomplete="current-password"
            error={faultOf("password")}
            focus={faultOf("password") !== undefined}
          />
        )}
        <EitherField error={faultOf("code")} focus={faultOf("code") !== undefined} />
        <div class="mt-6 grid gap-3">
          <Button class="h-11 text-sm" name="act" value="renew">New recovery codes</Button>
          <Button class="h-11 text-sm" name="act" value="begin">Set up a new device</Button>
          {!isRequired && <Button look="danger" class="h-11 text-sm" name="act" value="off">Switch off</Button>}
        </div>
        {isRequired && (
          <p class="mt-3 text-xs text-muted">Your role needs a second factor, so that it cannot be switched off.</p>
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
