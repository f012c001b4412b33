import { page } from "fresh";
import { AccountPage } from "../../components/account/AccountPage.tsx";
import { type Fault, FaultSummary } from "../../components/account/FaultSummary.tsx";
import { Field } from "../../components/account/Field.tsx";
import { Button, LinkButton } from "../../components/Button.tsx";
import { Notice } from "../../components/Notice.tsx";
import { callerAddress, isEmail, peerOf, readForm } from "../../lib/access/mod.ts";
import { define } from "../../utils.ts";

interface Data {
  /** False: there is no mail, so an admin makes the link. */
  canMail: boolean;
  /** The address was taken; whether it has an account is not told. */
  asked: boolean;
  email: string;
  faults: Fault[];
}

export const handler = define.handlers({
  GET(ctx) {
    const { canMail } = ctx.state.services.access.resets;
    return page<Data>({ canMail, asked: false, email: "", faults: [] });
  },

  async POST(ctx) {
    const { access: { resets }, config } = ctx.state.services;
    const { canMail } = resets;
    const email = (await readForm(ctx.req)).get("email")?.trim() ?? "";
    const again = (status: number, fault: Fault, headers?: HeadersInit) =>
      page<Data>({ canMail, asked: false, email, faults: [fault] }, { status, headers });
    if (!canMail) return page<Data>({ canMail, asked: false, email: "", faults: [] });
    if (!isEmail(email)) {
      return again(422, { field: "email", message: "Enter your e-mail address, such as ada@example.com." });
    }
    const wait = await resets.ask(email, callerAddress(peerOf(ctx.info), ctx.req.headers, config.trustProxy));
    if (wait !== null) {
      const message = `Your address has asked for too many links. The next one is possible in ${wait} s.`;
      return again(429, { field: null, message }, { "Retry-After": String(wait) });
    }
    return page<Data>({ canMail, asked: true, email: "", faults: [] });
  },
});

export default define.page<typeof handler>(({ data: { canMail, asked, email, faults } }) => (
  <AccountPage title="Forgot password">
    <FaultSummary title="No link was sent." faults={faults} />
    {asked && (
      <div class="mt-5">
        <Notice tone="good" title="Look into your mail." role="status">
          If the address has an account, a link for a new password is on its way. It works once, for an hour.
        </Notice>
      </div>
    )}
    {!canMail && (
      <div class="mt-5">
        <Notice tone="note" title="Ask an admin of Tidemark.">
          They make a link for you on the Users page, by which you choose a new password.
        </Notice>
      </div>
    )}
    {canMail && !asked && (
      <form method="post" action="/reset">
        <Field
          name="email"
          label="E-mail"
          type="email"
          autocomplete="username"
          value={email}
          hint="A link for a new password is sent there."
          error={faults.find((fault) => fault.field === "email")?.message}
          focus
        />
        <Button look="primary" class="mt-6 h-11 w-full text-sm">Send link</Button>
      </form>
    )}
    <LinkButton look="ghost" class="mt-4 h-11 w-full text-sm" href="/sign-in">Back to sign in</LinkButton>
  </AccountPage>
));
