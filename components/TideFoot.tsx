import type { Tide } from "../lib/sync/views.ts";
import { clock, day, progress, zoneName } from "./format.ts";
import { Icon, type IconName } from "./Icon.tsx";
import { useZone } from "./Moment.tsx";

const LOOKS: Record<Tide["state"], [IconName, string]> = {
  level: ["circle-check", "text-success"],
  running: ["ring", "text-primary turning"],
  paused: ["bars", "text-warning"],
  behind: ["triangle", "text-warning"],
  never: ["circle-dashed", "text-muted"],
  failing: ["octagon", "text-error"],
};

/** The state of the mirror at the foot of the navigation: always there, and a way to the Sync page. */
export function TideFoot({ tide }: { tide: Tide }) {
  const [icon, look] = LOOKS[tide.state];
  const zone = useZone();
  return (
    <a class="tide" href="/sync" title={tide.text}>
      <Icon name={icon} class={`mt-px ${look}`} />
      <span class="min-w-0">
        <span class="block font-medium">{tideWords(tide)}</span>
        <span class="num block text-muted">
          {tide.watermark === null ? "No watermark yet" : `Watermark ${watermarkWords(tide.watermark, zone)}`}
        </span>
      </span>
    </a>
  );
}

/** The tide's words, with the share of a run in progress where the words lack one. */
export function tideWords(tide: Tide): string {
  if (tide.share === null || tide.text.includes("%")) return tide.text;
  return `${tide.text}, ${progress(tide.share)}`;
}

/** With its day: a page may stay open over midnight. */
const watermarkWords = (at: string, zone: string) => `${day(at, at, zone)}, ${clock(at, zone)} ${zoneName(at, zone)}`;
