import { page } from "fresh";
import { AccountPage } from "../../components/account/AccountPage.tsx";
import { type Fault, FaultSummary } from "../../components/account/FaultSummary.tsx";
import { PasswordField } from "../../components/account/PasswordField.tsx";
import { Button, LinkButton } from "../../components/Button.tsx";
import { readForm } from "../../lib/access/mod.ts";
import { define } from "../../utils.ts";

interface Data {
  state: "open" | "done" | "closed";
  email: string;
  faults: Fault[];
}

export const handler = define.handlers({
  async GET(ctx) {
    const found = await ctx.state.services.access.resets.open(ctx.params.token ?? "");
    return found ? page<Data>({ state: "open", email: found.email, faults: [] }) : closed();
  },

  /** Sets the password. Nobody is signed in by it: the next step is the sign-in with the new one. */
  async POST(ctx) {
    const { resets, faultInPassword } = ctx.state.services.access;
    const token = ctx.params.token ?? "";
    const password = (await readForm(ctx.req)).get("password") ?? "";
    const found = await resets.open(token);
    if (found === null) return closed();
    const fault = await faultInPassword(password, found.email);
    if (fault !== null) {
      const faults = [{ field: "password", message: fault }];
      return page<Data>({ state: "open", email: found.email, faults }, { status: 422 });
    }
    if (!await resets.use(token, password)) return closed();
    return page<Data>({ state: "done", email: found.email, faults: [] });
  },
});

const closed = () => page<Data>({ state: "closed", email: "", faults: [] }, { status: 404 });

export default define.page<typeof handler>(({ data: { state, email, faults } }) => {
  switch (state) {
    case "closed":
      return (
        <AccountPage title="This link cannot be used" lead="A link for a new password works once, for an hour.">
          <LinkButton look="primary" class="mt-6 h-11 w-full text-sm" href="/reset">Ask for a new one</LinkButton>
        </AccountPage>
      );
    case "done":
      return (
        <AccountPage title="Your password is changed" lead="All sessions of the account have ended.">
          <LinkButton look="primary" class="mt-6 h-11 w-full text-sm" href="/sign-in">Sign in</LinkButton>
        </AccountPage>
      );
    case "open":
      return (
        <AccountPage title="Choose a new password" lead={`For ${email}. All sessions of the account end.`}>
          <FaultSummary title="The password is not changed yet." faults={faults} />
          <form method="post">
            <input type="hidden" name="email" autocomplete="username" value={email} />
            <PasswordField label="New password" error={faults[0]?.message} focus />
            <Button look="primary" class="mt-6 h-11 w-full text-sm">Change password</Button>
          </form>
        </AccountPage>
      );
  }
});
