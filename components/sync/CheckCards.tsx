import type { CheckLine, CheckReport } from "../../lib/sync/connection_check.ts";
import { Badge } from "../Badge.tsx";
import { Card } from "../Card.tsx";
import { counted } from "../format.ts";
import { Notice } from "../Notice.tsx";

const STATES = {
  ok: ["good", "OK"],
  warning: ["attention", "Look"],
  wrong: ["wrong", "Wrong"],
} as const;
const LOGINS = { tba: "token-based authentication", oauth2: "OAuth 2.0 client credentials" };

/** What a connection check found: the answer in a line, then reaching the account, then what the role may see. */
export function CheckCards({ report }: { report: CheckReport }) {
  const about = (name: CheckLine["about"]) => report.lines.filter((line) => line.about === name);
  const permissions = about("permissions");
  return (
    <>
      <Answer report={report} />
      <Card title="Reaching the account" subtitle={`${report.host}, by ${LOGINS[report.login]}`} flush>
        <Lines lines={about("connection")} />
      </Card>
      {permissions.length > 0 && (
        <Card title="What the role may see" subtitle="By the names of Setup > Users/Roles > Manage Roles" flush>
          <Lines lines={permissions} />
        </Card>
      )}
    </>
  );
}

function Answer({ report: { state, lines } }: { report: CheckReport }) {
  const wrong = lines.filter((line) => line.state === "wrong").length;
  const warnings = lines.filter((line) => line.state === "warning").length;
  if (state === "ok") {
    return <Notice tone="good">The connection is well: everything that a sync needs can be read.</Notice>;
  }
  if (state === "wrong") {
    return <Notice tone="wrong">{counted(wrong, "thing")} must be set right before a sync can go well.</Notice>;
  }
  return <Notice tone="attention">A sync can go on. {counted(warnings, "thing")} should be looked at.</Notice>;
}

/** What needs a look first. */
function Lines({ lines }: { lines: CheckLine[] }) {
  const rank = { wrong: 0, warning: 1, ok: 2 };
  return (
    <ul class="divide-y divide-line px-(--card-pad) pb-2">
      {lines.toSorted((a, b) => rank[a.state] - rank[b.state]).map((line) => (
        <li key={line.name + line.says} class="flex gap-4 py-2.5 text-list max-sm:flex-col max-sm:gap-1">
          <span class="w-20 shrink-0">
            <Badge state={STATES[line.state][0]}>{STATES[line.state][1]}</Badge>
          </span>
          <span class="w-56 shrink-0 font-medium">{line.name}</span>
          <span class="min-w-0 wrap-anywhere">
            {line.says}
            {line.advice && <span class="mt-0.5 block text-muted">{line.advice}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
