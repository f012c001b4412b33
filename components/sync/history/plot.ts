/**
 * The drawing of the history's chart, in its own module: the island loads it, and chart.js with it, when the chart comes
 * into view. Runs in the browser only.
 */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from "chart.js";
import { figure, type HistorySeries, type Measure } from "./measures.ts";

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
);

/** What is drawn. */
export interface HistoryPlot {
  labels: string[];
  series: HistorySeries[];
  look: Measure["look"];
  unit: Measure["unit"];
}

/** A drawn chart. */
export interface Drawn {
  /** Draws anew with the colours of now. */
  recolour(): void;
  destroy(): void;
}

/** Draws the days' figures. */
export function drawHistory(canvas: HTMLCanvasElement, plot: HistoryPlot): Drawn {
  let chart = draw(canvas, plot);
  return {
    recolour() {
      chart.destroy();
      chart = draw(canvas, plot);
    },
    destroy: () => chart.destroy(),
  };
}

function draw(canvas: HTMLCanvasElement, { labels, series, look, unit }: HistoryPlot): Chart {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const font = { family: "Inter, system-ui, sans-serif", size: 11 };
  const isStack = look === "stack";
  return new Chart(canvas, {
    type: look === "line" ? "line" : "bar",
    data: {
      labels,
      datasets: series.map(({ label, swatch, values }) => {
        const colour = token(`--tm-${swatch}`);
        return {
          label,
          data: values,
          backgroundColor: colour,
          borderColor: colour,
          borderWidth: look === "line" ? 2 : 0,
          pointRadius: labels.length > 60 ? 0 : 2,
          spanGaps: false, // a day without figures is a gap, not zero
          maxBarThickness: 28,
        };
      }),
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      layout: { padding: { top: 4, right: 4 } },
      plugins: {
        tooltip: {
          backgroundColor: token("--color-base-100"),
          borderColor: token("--color-base-300"),
          borderWidth: 1,
          titleColor: token("--color-base-content"),
          bodyColor: token("--color-base-content"),
          titleFont: { ...font, weight: 600 },
          bodyFont: font,
          padding: 10,
          boxPadding: 4,
          callbacks: {
            label: ({ dataset, raw }) => `${dataset.label}: ${figure(raw as number | null, unit)}`,
          },
        },
      },
      scales: {
        x: {
          stacked: isStack,
          border: { display: false },
          grid: { display: false },
          ticks: { autoSkip: true, autoSkipPadding: 24, maxRotation: 0, padding: 6, font, color: token("--tm-muted") },
        },
        y: {
          stacked: isStack,
          beginAtZero: true,
          border: { display: false },
          grid: { drawTicks: false, color: token("--tm-grid") },
          ticks: {
            maxTicksLimit: 5,
            padding: 8,
            font,
            color: token("--tm-muted"),
            callback: (value) =>
              unit === "count" && !Number.isInteger(Number(value)) ? "" : figure(Number(value), unit),
          },
        },
      },
    },
  }) as Chart;
}
