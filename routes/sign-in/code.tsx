import { page } from "fresh";
import { AccountPage } from "../../components/account/AccountPage.tsx";
import { CodeField, RecoveryField } from "../../components/account/CodeField.tsx";
import { type Fault, FaultSummary } from "../../components/account/FaultSummary.tsx";
import { Button, LinkButton } from "../../components/Button.tsx";
import { callerAddress, peerOf, readForm, safeReturnPath } from "../../lib/access/mod.ts";
import { define } from "../../utils.ts";

interface Data {
  /** False: there is no sign-in that waits for a code. */
  asked: boolean;
  next: string;
  /** A recovery code is asked for in place of the app's. */
  recovery: boolean;
  faults: Fault[];
}

export const handler = define.handlers({
  async GET(ctx) {
    const next = safeReturnPath(ctx.url.searchParams.get("next"));
    const recovery = ctx.url.searchParams.get("with") === "recovery";
    if (await ctx.state.services.access.isAsked(ctx.req.headers)) {
      return page<Data>({ asked: true, next, recovery, faults: [] });
    }
    return ctx.state.person ? ctx.redirect(next, 303) : over(next);
  },

  /** The second step of a sign-in: the code. Only now is there a session. */
  async POST(ctx) {
    const { access, config } = ctx.state.services;
    const form = await readForm(ctx.req);
    const next = safeReturnPath(form.get("next"));
    const recovery = form.get("with") === "recovery";
    const address = callerAddress(peerOf(ctx.info), ctx.req.headers, config.trustProxy);
    const again = (status: number, field: string | null, message: string, headers?: HeadersInit) =>
      page<Data>({ asked: true, next, recovery, faults: [{ field, message }] }, { status, headers });
    const code = form.get("code")?.trim() ?? "";
    if (code === "" && await access.isAsked(ctx.req.headers)) return again(422, "code", "Enter the code.");
    const result = await access.signInByCode({ code: code.slice(0, 200), headers: ctx.req.headers, address });
    switch (result.outcome) {
      case "done": {
        const headers = new Headers({ Location: next });
        for (const cookie of result.cookies) headers.append("Set-Cookie", cookie);
        return new Response(null, { status: 303, headers });
      }
      case "limited": {
        const seconds = result.retryAfterSeconds;
        const message = `Too many codes were tried. The next try is possible in ${Math.ceil(seconds / 60)} min.`;
        return again(429, null, message, { "Retry-After": String(seconds) });
      }
      case "off":
        return again(403, null, result.message);
      case "wrong": {
        const message = recovery
          ? "This is none of your recovery codes, or it was used before."
          : "This code is not right, or was used before. Wait for the next one.";
        return again(401, "code", message);
      }
      case "code":
      case "expired":
        return over(next);
    }
  },
});

const over = (next: string) => page<Data>({ asked: false, next, recovery: false, faults: [] }, { status: 401 });

export default define.page<typeof handler>(({ data: { asked, next, recovery, faults } }) => {
  const to = encodeURIComponent(next);
  if (!asked) {
    return (
      <AccountPage title="Sign in anew" lead="The sign-in took too long, or too many codes were tried.">
        <LinkButton look="primary" class="mt-6 h-11 w-full text-sm" href={`/sign-in?next=${to}`}>Sign in</LinkButton>
      </AccountPage>
    );
  }
  const error = faults.find((fault) => fault.field === "code")?.message;
  const CodeInput = recovery ? RecoveryField : CodeField;
  return (
    <AccountPage
      title={recovery ? "Recovery code" : "Code of your app"}
      lead={recovery
        ? "One of the codes that you kept when you set up the second factor. Each works once."
        : "The six digits that your authenticator app shows for Tidemark."}
    >
      <FaultSummary title="You are not signed in yet." faults={faults} />
      <form method="post" action="/sign-in/code">
        <input type="hidden" name="next" value={next} />
        {recovery && <input type="hidden" name="with" value="recovery" />}
        <CodeInput error={error} focus />
        <Button look="primary" class="mt-6 h-11 w-full text-sm">Go on</Button>
      </form>
      <p class="mt-5 flex flex-wrap justify-between gap-x-4 gap-y-2 text-list">
        {recovery
          ? <a class="go" href={`/sign-in/code?next=${to}`}>Use the app</a>
          : <a class="go" href={`/sign-in/code?with=recovery&next=${to}`}>Use a recovery code</a>}
        <a class="go" href={`/sign-in?next=${to}`}>Begin anew</a>
      </p>
    </AccountPage>
  );
});
