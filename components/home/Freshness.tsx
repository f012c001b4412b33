import type { SyncStatus, Tide } from "../../lib/sync/views.ts";
import { age, count, counted, duration } from "../format.ts";
import { Icon, type IconName } from "../Icon.tsx";
import { Moment } from "../Moment.tsx";
import { Progress } from "../Progress.tsx";
import { isOpen, runShare } from "../sync/progress.ts";
import { tideWords } from "../TideFoot.tsx";

const LOOKS: Record<Tide["state"], [IconName, string]> = {
  level: ["circle-check", "good"],
  running: ["ring", "progress"],
  paused: ["bars", "attention"],
  behind: ["triangle", "attention"],
  never: ["circle-dashed", "quiet"],
  failing: ["octagon", "wrong"],
};

/** The first line of Home: is what I see fresh? */
export function Freshness({ status }: { status: SyncStatus }) {
  const { tide, now, current } = status;
  const [icon, look] = LOOKS[tide.state];
  const last = status.runs.find((run) => !isOpen(run)) ?? null;
  return (
    <section class="card flex flex-wrap items-center gap-x-8 gap-y-4 px-(--card-pad) py-4" aria-label="Freshness">
      <span class={`seal seal-${look}`}>
        <Icon name={icon} size={20} class={tide.state === "running" ? "turning" : ""} />
      </span>
      <div class="-ml-4 min-w-0 flex-1 basis-48">
        <h2 class="text-sm">{tideWords(tide)}</h2>
        <p class="num text-xs text-muted">{sentence(status)}</p>
      </div>
      <dl class="flex flex-wrap gap-x-8 gap-y-2 text-xs">
        <div>
          <dt class="text-muted">Watermark</dt>
          <dd class="num mt-0.5 text-list font-semibold">
            <Moment at={tide.watermark} now={now} seconds />
          </dd>
        </div>
        <div>
          <dt class="text-muted">Lag</dt>
          <dd class="num mt-0.5 text-list font-semibold">
            {tide.watermark === null ? "–" : age(+new Date(now) - +new Date(tide.watermark))}
          </dd>
        </div>
        <div>
          <dt class="text-muted">Last run</dt>
          <dd class="num mt-0.5 text-list font-semibold">
            {last === null ? "–" : (
              <>
                <Moment at={last.endedAt ?? last.createdAt} now={now} />, {duration(last.tookMs)}
              </>
            )}
          </dd>
        </div>
      </dl>
      <a class="go flex items-center gap-0.5 text-xs" href="/sync">
        Sync <Icon name="chevron-right" size={14} />
      </a>
      {isOpen(current) && (
        <div class="w-full">
          <Progress share={runShare(current)} label={`Progress of run ${current.id}`} thin />
        </div>
      )}
    </section>
  );
}

function sentence({ tide, streams, current, documents }: SyncStatus): string {
  if (isOpen(current)) {
    const of = current.rowsExpected === null ? "" : ` of ${count(current.rowsExpected)}`;
    return `Run ${current.id}: ${count(current.rowsRead)}${of} rows read`;
  }
  if (tide.state === "never") return "The first full run fills the mirror";
  const known = streams.filter((stream) => stream.watermark !== null || stream.lastRunId !== null).length;
  return `${count(known)} of ${counted(streams.length, "stream")} read, ${counted(documents, "document")}. ` +
    (tide.state === "level" ? "Every change below the watermark is written" : "Figures are those of the watermark");
}
