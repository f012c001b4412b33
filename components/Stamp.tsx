import { age, clock } from "./format.ts";
import { Icon } from "./Icon.tsx";
import { Moment, useZone } from "./Moment.tsx";

export interface StampProps {
  /** The oldest watermark of the streams that the page uses, never the clock of the request. Null: never read. */
  watermark: string | null;
  /** When the page was made. */
  now: string;
  /** Older than twice the schedule: the tick becomes a triangle. */
  late?: boolean;
}

/**
 * What the page's figures are as of. It states the age at the moment of reading instead of "2 min ago", since a page
 * without scripts cannot count on and must stay true while it is open.
 */
export function Stamp({ watermark, now, late = false }: StampProps) {
  const zone = useZone();
  if (watermark === null) {
    return (
      <p class="flex items-center gap-1.5 text-xs text-muted">
        <Icon name="circle-dashed" size={14} />
        Nothing read yet
      </p>
    );
  }
  const old = age(+new Date(now) - +new Date(watermark));
  return (
    <p class="num flex items-center gap-1.5 text-xs text-muted">
      <Icon name={late ? "triangle" : "circle-check"} size={14} class={late ? "text-warning" : "text-success"} />
      <span>
        <span class="font-medium sm:text-base-content">
          <span class="max-sm:hidden">Data</span> as of <Moment at={watermark} now={now} />
        </span>
        <span class="ml-1 max-sm:hidden">· {old} old at {clock(now, zone)}</span>
      </span>
    </p>
  );
}
