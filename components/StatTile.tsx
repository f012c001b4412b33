import type { ComponentChildren } from "preact";
import { Icon } from "./Icon.tsx";
import { MISSING } from "./format.ts";
import { Skeleton } from "./Skeleton.tsx";
import { Sparkline } from "./Sparkline.tsx";

/** Against what the figure is compared. The arrow tells the direction, `good` the colour; null is neutral. */
export interface TileDelta {
  direction: "up" | "down" | "flat";
  /** Size without a sign, e.g. `7.2%` or `0.9 pt`. */
  text: string;
  good: boolean | null;
}

export interface StatTileProps {
  label: string;
  /** The figure, written out. Null: nothing is recorded; `note` says why. */
  value: string | null;
  /** Small after the figure, e.g. ` / 189`. */
  unit?: string;
  delta?: TileDelta | null;
  /** What it is compared with (`vs $46,490`), or why there is no figure. */
  note?: ComponentChildren;
  /** The same period as the figure, oldest first. Decoration. */
  spark?: (number | null)[];
  /** The records behind the figure: the whole tile is the link. */
  href?: string;
  state?: "loaded" | "loading" | "failed" | "stale";
  /** With `stale`: how old, e.g. `2 h old`. */
  staleText?: string;
}

/** One figure: its name, size, change, and the line of its period. Lives in `StatTiles`. */
export function StatTile(props: StatTileProps) {
  const { label, href, state = "loaded" } = props;
  const inner = (
    <>
      <span class="text-list text-muted">{label}</span>
      {state === "loading"
        ? <Skeleton lines={["h-6 w-24", "w-32"]} class="mt-2" />
        : state === "failed"
        ? <Failed />
        : <Figure {...props} />}
    </>
  );
  if (state === "failed" || !href) return <div class="tile">{inner}</div>;
  return <a class="tile" href={href} aria-current={undefined}>{inner}</a>;
}

function Figure({ value, unit, delta, note, spark, state, staleText }: StatTileProps) {
  const bad = delta?.good === false;
  return (
    <>
      <span class="figure mt-0.5 text-2xl leading-8">
        {value ?? <span class="text-faint">{MISSING}</span>}
        {value !== null && unit && <span class="text-base font-medium text-muted">{unit}</span>}
      </span>
      <span class="num mt-0.5 flex min-h-4 flex-wrap items-center gap-x-1.5 text-xs text-muted">
        {state === "stale" && staleText
          ? (
            <span class="flex items-center gap-1 font-medium text-warning">
              <Icon name="triangle" size={14} />
              {staleText}
            </span>
          )
          : delta && <Delta {...delta} />}
        {note && <span>{note}</span>}
      </span>
      {spark && spark.length > 1 && (
        <span class="mt-auto block pt-3 max-sm:hidden">
          <Sparkline values={spark} bad={bad} />
        </span>
      )}
    </>
  );
}

function Failed() {
  return (
    <>
      <span class="mt-2 flex items-center gap-1.5 text-list font-medium text-error">
        <Icon name="octagon" size={14} />
        Could not load
      </span>
      <a class="go mt-2 self-start text-xs" href="">Try again</a>
    </>
  );
}

/** A change: arrow for the direction, colour for good or bad. `plain` colours the arrow only, as tables want it. */
export function Delta({ direction, text, good, plain }: TileDelta & { plain?: boolean }) {
  const colour = good === null || direction === "flat" ? "text-muted" : good ? "text-success" : "text-error";
  const word = direction === "up" ? "up " : direction === "down" ? "down " : "";
  return (
    <span
      class={`inline-flex items-center gap-0.5 ${
        direction === "flat" ? "text-muted" : plain ? "font-medium" : `font-medium ${colour}`
      }`}
    >
      {direction !== "flat" && <Icon name={direction} size={12} class={plain ? colour : ""} />}
      <span class="sr-only">{word}</span>
      {text}
    </span>
  );
}

/** Up to five tiles in one card, divided by hairlines. On a phone they stand two by two. */
export function StatTiles({ tiles, label }: { tiles: StatTileProps[]; label: string }) {
  const columns = tiles.length >= 5 ? "cells-5" : tiles.length === 4 ? "cells-4" : tiles.length === 2 ? "cells-2" : "";
  return (
    <section class="card" aria-label={label}>
      <div class={`cells ${columns}`}>
        {tiles.map((tile) => <StatTile key={tile.label} {...tile} />)}
      </div>
    </section>
  );
}
