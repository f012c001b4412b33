import { useEffect, useRef, useState } from "preact/hooks";
import type { Drawn, HistoryPlot } from "../components/sync/history/plot.ts";

export interface SyncHistoryChartProps {
  plot: HistoryPlot;
  /** What the chart says, in a sentence. */
  finding: string;
}

/** The chart of the history. Loads the drawing when it comes into view; the table behind it is there without it. */
export default function SyncHistoryChart({ plot, finding }: SyncHistoryChartProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    let drawn: Drawn | null = null;
    let gone = false;
    const seen = new IntersectionObserver(async (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      try {
        const { drawHistory } = await import("../components/sync/history/plot.ts");
        if (!gone && canvas.current) drawn = drawHistory(canvas.current, plot);
      } catch {
        if (!gone) setFailed(true);
      }
    });
    if (canvas.current) seen.observe(canvas.current);
    const recolour = () => drawn?.recolour();
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", recolour);
    return () => {
      gone = true;
      seen.disconnect();
      scheme.removeEventListener("change", recolour);
      drawn?.destroy();
    };
  }, [plot]);

  if (failed) {
    return <p class="text-list text-muted">The chart could not be loaded. The table has the same figures.</p>;
  }
  return <canvas ref={canvas} role="img" aria-label={finding} />;
}
