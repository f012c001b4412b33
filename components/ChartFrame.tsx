import type { ComponentChildren } from "preact";
import { Icon } from "./Icon.tsx";

/** A series as the legend names it. `prev` is the comparison. */
export interface LegendEntry {
  label: string;
  swatch: "c1" | "c2" | "c3" | "c4" | "c5" | "c6" | "prev";
}

export interface ChartFrameProps {
  title: string;
  legend?: LegendEntry[];
  /** Choices at the right, e.g. a group of links for the grain. */
  actions?: ComponentChildren;
  /** Makes the switch's id: unique on the page. */
  id: string;
  /** The same figures as a table. Without scripts it stands in the plot's place. */
  table: ComponentChildren;
  /** The plot: it fills a place of fixed height, so that nothing shifts when it is drawn. */
  children: ComponentChildren;
}

/** A chart's frame: title, legend, and the switch between plot and table, which works without scripts. */
export function ChartFrame({ title, legend = [], actions, id, table, children }: ChartFrameProps) {
  return (
    <section class="card chart">
      <div class="card-head flex-wrap">
        <div class="min-w-0 flex-1">
          <h2 class="text-sm">{title}</h2>
          {legend.length > 0 && (
            <ul class="mt-0.5 flex flex-wrap gap-x-4 text-xs text-muted">
              {legend.map((entry) => (
                <li key={entry.label} class="flex items-center gap-1.5">
                  <span class={`swatch swatch-${entry.swatch}`} />
                  {entry.label}
                </li>
              ))}
            </ul>
          )}
        </div>
        <div class="flex shrink-0 items-center gap-2">
          {actions}
          <label
            class="btn small chart-switch-label has-checked:bg-hover has-focus-visible:outline-2"
            for={`${id}-table`}
          >
            <input class="chart-switch sr-only" type="checkbox" id={`${id}-table`} autocomplete="off" />
            <Icon name="table" size={14} />
            Table
          </label>
        </div>
      </div>
      <div class="plot px-(--card-pad) pb-5">{children}</div>
      <div class="chart-table">{table}</div>
    </section>
  );
}

/** One of a few, as links: the grain of a chart, the rows of a table. */
export function Segments({ label, options }: {
  label: string;
  options: { label: string; href: string; current: boolean }[];
}) {
  return (
    <nav class="segments" aria-label={label}>
      {options.map((option) => (
        <a key={option.label} href={option.href} aria-current={option.current ? "true" : undefined}>{option.label}</a>
      ))}
    </nav>
  );
}
