import type { RunView } from "../../lib/sync/views.ts";
import { Badge } from "../Badge.tsx";
import { count } from "../format.ts";

/** How a run stands. Complete with rows in quarantine is not simply good. */
export function OutcomeBadge({ run }: { run: RunView }) {
  switch (run.status) {
    case "queued":
      return <Badge state="waiting">Waiting</Badge>;
    case "running":
      return <Badge state="progress">Running</Badge>;
    case "paused":
      return <Badge state="attention">Paused</Badge>;
    case "cancelled":
      return run.endedAt === null
        ? <Badge state="progress">Cancelling</Badge>
        : <Badge state="waiting">Cancelled</Badge>;
    case "failed":
      return <Badge state="wrong">Failed</Badge>;
    case "incomplete":
      return <Badge state="attention">Incomplete</Badge>;
    case "complete":
      return run.quarantined > 0
        ? <Badge state="attention">{count(run.quarantined)} quarantined</Badge>
        : <Badge state="good">Complete</Badge>;
  }
}
