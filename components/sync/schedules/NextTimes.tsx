import { clock, longDay, zoneName } from "../../format.ts";

/** The next times of a schedule, by the clock of its own zone. */
export function NextTimes({ times, zone, fault }: { times: string[]; zone: string; fault?: string | null }) {
  return (
    <div role="status">
      {fault && <p class="text-list wrap-anywhere text-error">{fault}</p>}
      {!fault && times.length === 0 && <p class="text-list text-muted">The times appear when the form is filled in.</p>}
      {!fault && times.length > 0 && (
        <ol class="grid gap-1.5 text-list">
          {times.map((at) => (
            <li key={at} class="flex justify-between gap-4">
              <span>{longDay(at, zone)}</span>
              <time class="num text-muted" datetime={at}>{clock(at, zone)} {zoneName(at, zone)}</time>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
