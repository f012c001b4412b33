import { Badge } from "../Badge.tsx";
import { LinkButton } from "../Button.tsx";
import { Card } from "../Card.tsx";
import { counted } from "../format.ts";
import { Moment } from "../Moment.tsx";

/** How the own second factor stands, and the way to its page. */
export function FactorCard({ factor, now }: { factor: { since: string; recoveryLeft: number } | null; now: string }) {
  return (
    <Card title="Second factor" subtitle="A code of your authenticator app at each sign-in">
      <p class="mb-3 flex flex-wrap items-center gap-x-1.5 text-list">
        {factor
          ? (
            <>
              <Badge state="good">On</Badge>
              <span>
                since <Moment at={factor.since} now={now} />, {counted(factor.recoveryLeft, "recovery code")} left.
              </span>
            </>
          )
          : <Badge state="paused">Off</Badge>}
      </p>
      <LinkButton href="/account/second-factor">{factor ? "Change" : "Set up"}</LinkButton>
    </Card>
  );
}
