import { page } from "fresh";
import { AccountPage } from "../../components/account/AccountPage.tsx";
import { type Fault, FaultSummary } from "../../components/account/FaultSummary.tsx";
import { Field } from "../../components/account/Field.tsx";
import { PasswordField } from "../../components/account/PasswordField.tsx";
import { Button, LinkButton } from "../../components/Button.tsx";
import { callerAddress, faultsInPerson, peerOf, readForm } from "../../lib/access/mod.ts";
import { AppError } from "../../lib/errors.ts";
import { define } from "../../utils.ts";

interface Data {
  /** Null: the link cannot be used. */
  to: { email: string; roleName: string } | null;
  name: string;
  faults: Fault[];
}

export const handler = define.handlers({
  async GET(ctx) {
    const to = await ctx.state.services.access.invitations.open(ctx.params.token ?? "");
    return page<Data>({ to, name: "", faults: [] }, { status: to ? 200 : 404 });
  },

  /** Makes the account and signs it in. */
  async POST(ctx) {
    const { access, config } = ctx.state.services;
    const token = ctx.params.token ?? "";
    const form = await readForm(ctx.req);
    const name = form.get("name")?.trim() ?? "";
    const password = form.get("password") ?? "";
    const to = await access.invitations.open(token);
    const closed = () => page<Data>({ to: null, name, faults: [] }, { status: 404 });
    if (to === null) return closed();
    const again = (faults: Fault[]) => page<Data>({ to, name, faults }, { status: 422 });
    const faults = await faultsInPerson({ name, password, email: to.email }, access.faultInPassword);
    if (faults.length > 0) return again(faults);
    try {
      if (await access.invitations.accept(token, { name, password }) === null) return closed();
    } catch (error) {
      if (!(error instanceof AppError && error.recovery === "reject_request")) throw error;
      return again([{ field: null, message: error.message }]);
    }
    const result = await access.signIn({
      email: to.email,
      password,
      remember: false,
      address: callerAddress(peerOf(ctx.info), ctx.req.headers, config.trustProxy),
      userAgent: ctx.req.headers.get("User-Agent"),
      replaces: ctx.req.headers,
    });
    const headers = new Headers({ Location: result.outcome === "done" ? "/" : "/sign-in" });
    for (const cookie of result.outcome === "done" ? result.cookies : []) headers.append("Set-Cookie", cookie);
    return new Response(null, { status: 303, headers });
  },
});

export default define.page<typeof handler>(({ data: { to, name, faults } }) => {
  if (to === null) {
    return (
      <AccountPage
        title="This invitation cannot be used"
        lead="It works once, for 7 days, until it is taken back. Ask who invited you for a new one."
      >
        <LinkButton class="mt-6 h-11 w-full text-sm" href="/sign-in">Sign in</LinkButton>
      </AccountPage>
    );
  }
  const faultOf = (field: string) => faults.find((fault) => fault.field === field)?.message;
  const start = faults.find((fault) => fault.field !== null)?.field ?? "name";
  return (
    <AccountPage title="Join Tidemark" lead={`${to.email} is invited as ${to.roleName}.`}>
      <FaultSummary title="The account is not made yet." faults={faults} />
      <form method="post">
        <input type="hidden" name="email" autocomplete="username" value={to.email} />
        <Field
          name="name"
          label="Your name"
          autocomplete="name"
          value={name}
          maxLength={200}
          error={faultOf("name")}
          focus={start === "name"}
        />
        <PasswordField error={faultOf("password")} focus={start === "password"} />
        <Button look="primary" class="mt-6 h-11 w-full text-sm">Create account and sign in</Button>
      </form>
    </AccountPage>
  );
});
