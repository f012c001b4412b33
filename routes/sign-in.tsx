import { page } from "fresh";
import { AccountPage } from "../components/account/AccountPage.tsx";
import { type Fault, FaultSummary } from "../components/account/FaultSummary.tsx";
import { Field } from "../components/account/Field.tsx";
import { Button, LinkButton } from "../components/Button.tsx";
import { Notice } from "../components/Notice.tsx";
import { callerAddress, isEmail, peerOf, readForm, safeReturnPath } from "../lib/access/mod.ts";
import { define } from "../utils.ts";

interface Data {
  next: string;
  email: string;
  remember: boolean;
  faults: Fault[];
  /** E-mail and password do not belong together: which of them is wrong is not told. */
  wrong: boolean;
  /** Nobody has an account yet: the page says how the first one is made. */
  first: boolean;
  /** How people call the sign-in provider; null without one. */
  provider: string | null;
  /** Somebody has just signed out who may go on being signed in at the provider. */
  left: boolean;
}

export const handler = define.handlers({
  async GET(ctx) {
    const next = safeReturnPath(ctx.url.searchParams.get("next"));
    if (ctx.state.person) return redirect(next);
    const { access } = ctx.state.services;
    const first = !await access.hasAdmin();
    const provider = access.oidc?.label ?? null;
    const left = provider !== null && ctx.url.searchParams.get("left") === "1";
    return page<Data>({ next, email: "", remember: false, faults: [], wrong: false, first, provider, left });
  },

  async POST(ctx) {
    const { access, config } = ctx.state.services;
    const form = await readForm(ctx.req);
    const next = safeReturnPath(form.get("next"));
    const email = form.get("email")?.trim() ?? "";
    const password = form.get("password") ?? "";
    const remember = form.get("remember") === "on";
    const again = (status: number, faults: Fault[], more: { wrong?: boolean; headers?: HeadersInit } = {}) => {
      const provider = access.oidc?.label ?? null;
      const data = { next, email, remember, faults, wrong: more.wrong ?? false, first: false, provider, left: false };
      return page<Data>(data, { status, headers: more.headers });
    };

    const missing: Fault[] = [];
    if (!isEmail(email)) {
      missing.push({ field: "email", message: "Enter your e-mail address, such as ada@example.com." });
    }
    if (password === "") missing.push({ field: "password", message: "Enter your password." });
    if (missing.length > 0) return again(422, missing);

    const address = callerAddress(peerOf(ctx.info), ctx.req.headers, config.trustProxy);
    const result = await access.signIn({
      email,
      password,
      remember,
      address,
      userAgent: ctx.req.headers.get("User-Agent"),
      replaces: ctx.req.headers,
    });
    switch (result.outcome) {
      case "done":
        return redirect(next, result.cookies);
      case "code":
        return redirect(`/sign-in/code?next=${encodeURIComponent(next)}`, result.cookies);
      case "wrong":
        return again(401, [{ field: null, message: "No account has this e-mail address and password." }], {
          wrong: true,
        });
      case "off":
        return again(403, [{ field: null, message: result.message }]);
      case "limited": {
        const seconds = result.retryAfterSeconds;
        const message = `Too many attempts came from your address. The next one is possible in ${seconds} s.`;
        return again(429, [{ field: null, message }], { headers: { "Retry-After": String(seconds) } });
      }
    }
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { next, email, remember, faults, wrong, first, provider, left } = data;
  const faultOf = (field: string) => faults.find((fault) => fault.field === field)?.message;
  const start = faults.find((fault) => fault.field !== null)?.field ?? (email === "" ? "email" : "password");
  return (
    <AccountPage title="Sign in">
      {first && (
        <div class="mt-5">
          <Notice tone="note" title="No account exists yet.">
            Open the set-up link that Tidemark printed when it started. A restart prints a new one.
          </Notice>
        </div>
      )}
      {left && (
        <div class="mt-5">
          <Notice tone="note" title="You are signed out here." role="status">
            At {provider} you may still be signed in. <a class="go" href="/sign-in/oidc/leave">Sign out there too</a>
          </Notice>
        </div>
      )}
      {provider !== null && (
        <>
          <LinkButton
            class="mt-6 h-11 w-full text-sm"
            href={next === "/" ? "/sign-in/oidc" : `/sign-in/oidc?next=${encodeURIComponent(next)}`}
          >
            Sign in with {provider}
          </LinkButton>
          <p class="mt-4 text-center text-xs text-muted">or with your e-mail and password</p>
        </>
      )}
      <FaultSummary title="You are not signed in." faults={faults} />
      <form method="post" action="/sign-in">
        <input type="hidden" name="next" value={next} />
        <Field
          name="email"
          label="E-mail"
          type="email"
          autocomplete="username"
          value={email}
          error={faultOf("email")}
          invalid={wrong}
          focus={start === "email"}
        />
        <Field
          name="password"
          label="Password"
          type="password"
          autocomplete="current-password"
          error={faultOf("password")}
          invalid={wrong}
          focus={start === "password"}
        />
        <label class="mt-4 flex min-h-6 items-center gap-2 text-list">
          <input class="checkbox checkbox-sm" type="checkbox" name="remember" checked={remember} />
          Keep me signed in on this device for 7 days
        </label>
        <Button look="primary" class="mt-6 h-11 w-full text-sm">Sign in</Button>
      </form>
      <p class="mt-4 text-center text-list">
        <a class="go" href="/reset">Forgot password?</a>
      </p>
    </AccountPage>
  );
});

/** Leads on by GET. `path` is one of `safeReturnPath`, never a foreign address. */
function redirect(path: string, cookies: string[] = []): Response {
  const headers = new Headers({ Location: path });
  for (const cookie of cookies) headers.append("Set-Cookie", cookie);
  return new Response(null, { status: 303, headers });
}
