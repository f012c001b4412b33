import type { PersonView } from "../../lib/access/mod.ts";
import { Button } from "../Button.tsx";
import { Card } from "../Card.tsx";
import { Moment } from "../Moment.tsx";

/** How somebody can sign in, with the button that ends the link with the sign-in provider. */
export function SignInWays({ one, provider, now }: {
  one: PersonView;
  provider: { label: string } | null;
  now: string;
}) {
  if (provider === null && one.linkedAt === null) return null;
  const label = provider?.label ?? "the sign-in provider";
  return (
    <Card title="Sign-in" subtitle={one.hasPassword ? "By e-mail and password" : "Without a password"}>
      {one.linkedAt === null
        ? <p class="text-xs text-muted">Not linked with {label} yet: the first sign-in there does it.</p>
        : (
          <form method="post">
            <p class="mb-3 text-list">
              With {label}, linked <Moment at={one.linkedAt} now={now} />
              {provider === null && ". No provider is set now, so this way is closed"}
            </p>
            <Button name="act" value="unlink">Remove link</Button>
            <p class="mt-2 text-xs text-muted">Ends all sessions. The next sign-in there may link the account anew.</p>
          </form>
        )}
    </Card>
  );
}
