/**
 * The drawing of the sales chart, in its own module: the island loads it, and chart.js with it, when the chart comes into
 * view. Runs in the browser only.
 */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  LinearScale,
  type Plugin,
} from "chart.js";
import { moneyShort } from "../format.ts";
import type { ChartPoint } from "./chart_points.ts";

Chart.register(BarController, BarElement, CategoryScale, LinearScale);

/** A drawn chart. */
export interface Plot {
  /** Marks a bar, or none; returns where its column is and half its width, in pixels of the canvas. */
  mark(index: number | null): { x: number; half: number; top: number } | null;
  /** The bar at a place of the canvas. */
  indexAt(x: number): number | null;
  /** Draws anew with the colours of now. */
  recolour(): void;
  destroy(): void;
}

interface Colours {
  now: string;
  previous: string;
  previousFill: string;
  grid: string;
  muted: string;
  hover: string;
}

/** Draws revenue by bucket with the comparison behind it. */
export function drawPlot(canvas: HTMLCanvasElement, points: ChartPoint[], currency: string): Plot {
  let marked: number | null = null;
  const draw = () => new Chart(canvas, configOf(points, currency, readColours(), () => marked));
  let chart = draw();
  return {
    mark(index) {
      marked = index;
      chart.draw();
      const point = index === null ? undefined : points[index];
      if (index === null || !point) return null;
      const y = (value: number | null) => chart.scales.y?.getPixelForValue(value ?? 0) ?? 0;
      return {
        x: chart.scales.x?.getPixelForValue(index) ?? 0,
        half: chart.chartArea.width / points.length / 2,
        top: Math.min(y(point.now), y(point.previous)),
      };
    },
    indexAt(x) {
      const { left, right } = chart.chartArea;
      if (x < left || x > right) return null;
      const index = Math.floor(((x - left) / (right - left)) * points.length);
      return Math.min(points.length - 1, Math.max(0, index));
    },
    recolour() {
      chart.destroy();
      chart = draw();
    },
    destroy: () => chart.destroy(),
  };
}

function configOf(
  points: ChartPoint[],
  currency: string,
  colours: Colours,
  marked: () => number | null,
): ChartConfiguration<"bar", (number | null)[]> {
  const step = roundStep(Math.max(1, ...points.flatMap((point) => [point.now ?? 0, point.previous ?? 0])));
  const font = { family: "Inter, system-ui, sans-serif", size: 11 };
  const bars = { grouped: false, categoryPercentage: 1 };
  return {
    type: "bar",
    data: {
      labels: points.map((point) => point.label),
      datasets: [
        {
          ...bars,
          data: points.map((point) => point.now),
          order: 1,
          barPercentage: .48,
          maxBarThickness: 48,
          borderRadius: { topLeft: 3, topRight: 3, bottomLeft: 0, bottomRight: 0 },
          backgroundColor: colours.now,
        },
        {
          ...bars,
          data: points.map((point) => point.previous),
          order: 2,
          barPercentage: .84,
          maxBarThickness: 84,
          backgroundColor: colours.previousFill,
          borderColor: colours.previous,
          borderWidth: { top: 1.5, right: 0, bottom: 0, left: 0 },
          borderSkipped: false,
        },
      ],
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      events: [], // the island listens, so that keys and pointer do the same
      layout: { padding: { top: 4, right: 4 } },
      scales: {
        x: {
          border: { display: false },
          grid: { display: false },
          ticks: { autoSkip: true, autoSkipPadding: 24, maxRotation: 0, padding: 6, font, color: colours.muted },
        },
        y: {
          beginAtZero: true,
          border: { display: false },
          grid: { drawTicks: false, color: colours.grid },
          ticks: {
            stepSize: step,
            padding: 8,
            font,
            color: colours.muted,
            callback: (value) => moneyShort(Number(value), currency),
          },
        },
      },
    },
    plugins: [markedColumn(points.length, colours.hover, marked)],
  };
}

/** The pale column behind the bar that is pointed at. */
function markedColumn(columns: number, colour: string, marked: () => number | null): Plugin<"bar"> {
  return {
    id: "marked-column",
    beforeDatasetsDraw({ ctx, chartArea, scales }) {
      const index = marked();
      if (index === null) return;
      const width = chartArea.width / columns;
      ctx.save();
      ctx.fillStyle = colour;
      ctx.fillRect((scales.x?.getPixelForValue(index) ?? 0) - width / 2, chartArea.top, width, chartArea.height);
      ctx.restore();
    },
  };
}

/** The step between gridlines: 1, 1.5, 2, 2.5 or 5 x 10^n, so that three or four of them reach the highest bar. */
export function roundStep(highest: number): number {
  for (let power = 10 ** Math.floor(Math.log10(highest / 4));; power *= 10) {
    for (const factor of [1, 1.5, 2, 2.5, 5]) {
      if (factor * power * 4 >= highest) return Math.max(1, Math.round(factor * power));
    }
  }
}

function readColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const previous = token("--tm-prev");
  return {
    now: token("--tm-c1"),
    previous,
    previousFill: `${previous}33`, // 20 %
    grid: token("--tm-grid"),
    muted: token("--tm-muted"),
    hover: token("--tm-hover"),
  };
}
