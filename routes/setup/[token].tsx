import { page } from "fresh";
import { AccountPage } from "../../components/account/AccountPage.tsx";
import { type Fault, FaultSummary } from "../../components/account/FaultSummary.tsx";
import { Field } from "../../components/account/Field.tsx";
import { Button, LinkButton } from "../../components/Button.tsx";
import {
  callerAddress,
  faultsInPerson,
  LEAST_PASSWORD_LENGTH,
  MOST_PASSWORD_LENGTH,
  peerOf,
  readForm,
} from "../../lib/access/mod.ts";
import { AppError } from "../../lib/errors.ts";
import { define } from "../../utils.ts";

interface Data {
  open: boolean;
  /** Accounts exist already, so signing in is the way. */
  hasAdmin: boolean;
  name: string;
  email: string;
  faults: Fault[];
}

export const handler = define.handlers({
  async GET(ctx) {
    const { access } = ctx.state.services;
    if (!await access.setupIsOpen(ctx.params.token ?? "")) return closed(await access.hasAdmin());
    return page<Data>({ open: true, hasAdmin: false, name: "", email: "", faults: [] });
  },

  async POST(ctx) {
    const { access, config } = ctx.state.services;
    const token = ctx.params.token ?? "";
    const form = await readForm(ctx.req);
    const person = {
      name: form.get("name")?.trim() ?? "",
      email: form.get("email")?.trim() ?? "",
      password: form.get("password") ?? "",
    };
    if (!await access.setupIsOpen(token)) return closed(await access.hasAdmin());
    const faults = await faultsInPerson(person, access.faultInPassword);
    if (faults.length > 0) return again(person, faults);
    try {
      if (!await access.setUp(token, person)) return closed(await access.hasAdmin());
    } catch (error) {
      if (!(error instanceof AppError && error.recovery === "reject_request")) throw error;
      return again(person, [{ field: null, message: error.message }]);
    }

    const address = callerAddress(peerOf(ctx.info), ctx.req.headers, config.trustProxy);
    const userAgent = ctx.req.headers.get("User-Agent");
    const signedIn = await access.signIn({ ...person, remember: false, address, userAgent });
    const headers = new Headers({ Location: signedIn.outcome === "done" ? "/" : "/sign-in" });
    for (const cookie of signedIn.outcome === "done" ? signedIn.cookies : []) headers.append("Set-Cookie", cookie);
    return new Response(null, { status: 303, headers });
  },
});

export default define.page<typeof handler>(({ data }) => data.open ? <Form {...data} /> : <Closed {...data} />);

function Form({ name, email, faults }: Data) {
  const faultOf = (field: string) => faults.find((fault) => fault.field === field)?.message;
  const start = faults.find((fault) => fault.field !== null)?.field ?? "name";
  return (
    <AccountPage
      title="Set up Tidemark"
      lead="Make the first account. It is an admin, who may do everything."
    >
      <FaultSummary title="The account is not made yet." faults={faults} />
      <form method="post">
        <Field
          name="name"
          label="Your name"
          autocomplete="name"
          value={name}
          maxLength={200}
          error={faultOf("name")}
          focus={start === "name"}
        />
        <Field
          name="email"
          label="E-mail"
          type="email"
          autocomplete="username"
          value={email}
          error={faultOf("email")}
          focus={start === "email"}
        />
        <Field
          name="password"
          label="Password"
          type="password"
          autocomplete="new-password"
          minLength={LEAST_PASSWORD_LENGTH}
          maxLength={MOST_PASSWORD_LENGTH}
          hint={`At least ${LEAST_PASSWORD_LENGTH} characters. A few words are easier to keep in mind than signs.`}
          error={faultOf("password")}
          focus={start === "password"}
        />
        <Button look="primary" class="mt-6 h-11 w-full text-sm">Create account and sign in</Button>
      </form>
    </AccountPage>
  );
}

function Closed({ hasAdmin }: Data) {
  return (
    <AccountPage
      title="This link cannot be used"
      lead={hasAdmin
        ? "Tidemark is set up, so the link has ended. Sign in with your account."
        : "A set-up link works for a day, and a newer one ends it. Restart Tidemark and open the link that it prints."}
    >
      {hasAdmin && <LinkButton look="primary" class="mt-6 h-11 w-full text-sm" href="/sign-in">Sign in</LinkButton>}
    </AccountPage>
  );
}

function again({ name, email }: { name: string; email: string }, faults: Fault[]) {
  return page<Data>({ open: true, hasAdmin: false, name, email, faults }, { status: 422 });
}

function closed(hasAdmin: boolean) {
  return page<Data>({ open: false, hasAdmin, name: "", email: "", faults: [] }, { status: 404 });
}
