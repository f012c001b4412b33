import type { SyncStatus } from "../../lib/sync/views.ts";
import { Icon } from "../Icon.tsx";
import { clock, duration } from "../format.ts";
import { useZone } from "../Moment.tsx";

/** Whether NetSuite answers, in the top bar of the Sync page. */
export function Connection({ status }: { status: Pick<SyncStatus, "connection" | "account"> }) {
  const zone = useZone();
  const { state, answeredMs, checkedAt, message } = status.connection;
  if (state === "unknown") {
    return (
      <p class="flex items-center gap-1.5 text-xs text-muted">
        <Icon name="plug" size={14} />
        <span>
          <span class="max-sm:hidden">NetSuite</span> not asked yet
        </span>
      </p>
    );
  }
  const ok = state === "ok";
  const detail = ok
    ? answeredMs !== null && `answers in ${answeredMs < 1000 ? `${Math.round(answeredMs)} ms` : seconds(answeredMs)}`
    : checkedAt && `asked at ${clock(checkedAt, zone)}`;
  return (
    <p class="num flex items-center gap-1.5 text-xs text-muted" title={message ?? undefined}>
      <Icon name={ok ? "plug" : "unplug"} size={14} class={ok ? "text-success" : "text-error"} />
      <span>
        <span class="font-medium sm:text-base-content">
          <span class="max-sm:hidden">NetSuite</span> {ok ? "connected" : "not connected"}
        </span>
        <span class="max-lg:hidden">
          {` account ${status.account}${detail ? `, ${detail}` : ""}`}
        </span>
      </span>
    </p>
  );
}

const seconds = (ms: number) => ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : duration(ms);
