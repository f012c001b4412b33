import { clockSeconds } from "../format.ts";
import { Icon } from "../Icon.tsx";
import { useZone } from "../Moment.tsx";
import type { Line } from "./poll.ts";

export interface BrokenLineProps {
  line: Line;
  /** Of which moment the figures are. */
  asOf: string;
  /** The page to come back to after a sign-in. */
  page: string;
}

/** Says that a live page hears nothing. Floats over the page, so that nothing shifts when the line breaks or comes back. */
export function BrokenLine({ line, asOf, page }: BrokenLineProps) {
  const zone = useZone();
  return (
    <div class="float" role="status">
      {line.state === "broken" && (
        <p class="floating">
          <Icon name="ring" size={14} class="turning text-primary" />
          Reconnecting. The figures are those of {clockSeconds(asOf, zone)}
        </p>
      )}
      {line.state === "signed_out" && (
        <p class="floating">
          <Icon name="lock" size={14} class="text-warning" />
          Your session has ended.
          <a class="go" href={`/sign-in?next=${encodeURIComponent(page)}`}>Sign in</a>
        </p>
      )}
    </div>
  );
}
