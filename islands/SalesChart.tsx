import { useEffect, useRef, useState } from "preact/hooks";
import type { ChartPoint } from "../components/sales/chart_points.ts";
import type { Plot } from "../components/sales/plot.ts";
import { Delta } from "../components/StatTile.tsx";

export interface SalesChartProps {
  points: ChartPoint[];
  currency: string;
  /** What the chart says, in a sentence. */
  finding: string;
  /** What the two bars are. */
  names: { now: string; previous: string };
}

interface Shown {
  index: number;
  /** Middle of the column, and how far to stay away from it. */
  x: number;
  gap: number;
  top: number;
  beside: "left" | "right";
}

/** The bars of the Sales page. Loads the drawing when it comes into view; the table behind it is there without it. */
export default function SalesChart({ points, currency, finding, names }: SalesChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    let gone = false;
    const load = async () => {
      try {
        const { drawPlot } = await import("../components/sales/plot.ts");
        if (!gone && canvas.current) plot.current = drawPlot(canvas.current, points, currency);
      } catch {
        if (!gone) setFailed(true);
      }
    };
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      load();
    }, { rootMargin: "200px" });
    if (box.current) seen.observe(box.current);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const recolour = () => plot.current?.recolour();
    scheme.addEventListener("change", recolour);
    return () => {
      gone = true;
      seen.disconnect();
      scheme.removeEventListener("change", recolour);
      plot.current?.destroy();
      plot.current = null;
    };
  }, []);

  function show(index: number | null) {
    const at = plot.current?.mark(index) ?? null;
    if (index === null || !at || !box.current) return setShown(null);
    const width = box.current.clientWidth;
    setShown({ index, x: at.x, gap: at.half + 6, top: at.top, beside: at.x > width / 2 ? "left" : "right" });
  }

  // placed by script and not by an attribute, which the security policy forbids
  useEffect(() => {
    if (!tip.current || !shown || !box.current) return;
    const { offsetWidth, offsetHeight, style } = tip.current;
    const left = shown.beside === "left" ? shown.x - offsetWidth - shown.gap : shown.x + shown.gap;
    style.left = `${Math.max(0, Math.min(left, box.current.clientWidth - offsetWidth))}px`;
    style.top = `${Math.max(0, Math.min(shown.top, box.current.clientHeight - offsetHeight - 28))}px`;
  }, [shown]);

  function move(event: KeyboardEvent) {
    const last = points.length - 1;
    const now = shown?.index ?? -1;
    const to: Record<string, number> = {
      ArrowRight: Math.min(last, now + 1),
      ArrowLeft: now < 0 ? last : Math.max(0, now - 1),
      Home: 0,
      End: last,
    };
    const next = to[event.key];
    if (next !== undefined) {
      event.preventDefault();
      show(next);
    } else if (event.key === "Escape") show(null);
    else if (event.key === "Enter") open(shown?.index ?? null);
  }

  function open(index: number | null) {
    const href = index === null ? null : points[index]?.href;
    if (href) location.href = href;
  }

  const point = shown && points[shown.index];
  return (
    <div
      ref={box}
      class={`relative h-full rounded-field ${point?.href ? "cursor-pointer" : ""}`}
      tabIndex={0}
      role="group"
      aria-label="Bars: arrow keys move, Enter opens the orders"
      onKeyDown={move}
      onBlur={() => show(null)}
      onPointerMove={(event) =>
        show(plot.current?.indexAt(event.clientX - event.currentTarget.getBoundingClientRect().left) ?? null)}
      onPointerLeave={() => show(null)}
      onClick={() => open(shown?.index ?? null)}
    >
      <div class="absolute inset-0">
        <canvas ref={canvas} role="img" aria-label={finding} />
      </div>
      {failed && (
        <p class="absolute inset-0 flex items-center justify-center text-list text-muted">
          The chart could not load. “Table” shows its figures.
        </p>
      )}
      <div role="status">
        {point && (
          <div
            ref={tip}
            class="num pointer-events-none absolute z-20 min-w-48 rounded-box border border-line bg-base-100 px-3 py-2.5 text-xs shadow-lg"
          >
            <p class="mb-1 font-semibold">{point.title}</p>
            <p class="flex items-center gap-2">
              <span class="swatch swatch-c1" />
              <span class="flex-1 text-muted">{names.now}</span>
              <span class="font-semibold">{point.nowText}</span>
            </p>
            {point.previousText !== "" && (
              <p class="flex items-center gap-2 text-muted">
                <span class="swatch swatch-prev" />
                <span class="flex-1">{point.previousTitle}</span>
                <span>{point.previousText}</span>
              </p>
            )}
            {point.changeText !== "" && (
              <p class="mt-1.5 flex items-center gap-2 border-t border-line pt-1.5">
                <span class="flex-1 text-muted">Change</span>
                <Delta
                  direction={point.direction}
                  text={point.changeText}
                  good={point.direction === "flat" ? null : point.direction === "up"}
                />
              </p>
            )}
            {point.ordersText !== "" && <p class="mt-0.5 text-muted">{point.ordersText}</p>}
          </div>
        )}
      </div>
    </div>
  );
}
