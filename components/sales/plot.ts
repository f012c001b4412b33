/**
 * The drawing of the sales chart, in its own module: the island loads it, and chart.js with it, when the chart comes into
 * view. Runs in the browser only.
 */
import { BarController, BarElement, CategoryScale, Chart, LinearScale, type Plugin } from "chart.js";
import { moneyShort } from "../format.ts";
import type { ChartPoint } from "./chart_points.ts";

Chart.register(BarController, BarElement, CategoryScale, LinearScale);

/** A drawn chart. */
export interface Plot {
  /** Marks a bar, or none; returns where its mark is, in pixels of the canvas. */
  mark(index: number | null): { x: number; top: number } | null;
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
  let colours = readColours();
  let marked: number | null = null;
  const step = roundStep(Math.max(1, ...points.flatMap((point) => [point.now ?? 0, point.previous ?? 0])));

  const column: Plugin<"bar"> = {
    id: "column",
    beforeDatasetsDraw(chart) {
      if (marked === null) return;
      const { ctx, chartArea, scales } = chart;
      const width = chartArea.width / points.length;
      ctx.save();
      ctx.fillStyle = colours.hover;
      ctx.fillRect((scales.x?.getPixelForValue(marked) ?? 0) - width / 2, chartArea.top, width, chartArea.height);
      ctx.restore();
    },
  };

  const chart = new Chart(canvas, {
    type: "bar",
    data: {
      labels: points.map((point) => point.label),
      datasets: [
        {
          data: points.map((point) => point.now),
          order: 1,
          barPercentage: .48,
          categoryPercentage: 1,
          maxBarThickness: 48,
          borderRadius: { topLeft: 3, topRight: 3 },
          borderSkipped: "start",
        },
        {
          data: points.map((point) => point.previous),
          order: 2,
          grouped: false,
          barPercentage: .84,
          categoryPercentage: 1,
          maxBarThickness: 84,
          borderWidth: { top: 1.5 },
        },
      ],
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      font: { family: "Inter, system-ui, sans-serif", size: 11 },
      layout: { padding: { top: 4, right: 4 } },
      scales: {
        x: {
          border: { display: false },
          grid: { display: false },
          ticks: {
            autoSkip: true,
            autoSkipPadding: 24,
            maxRotation: 0,
            padding: 6,
            font: { family: "Inter, system-ui, sans-serif", size: 11 },
          },
        },
        y: {
          beginAtZero: true,
          border: { display: false },
          grid: { drawTicks: false },
          ticks: {
            stepSize: step,
            padding: 8,
            font: { family: "Inter, system-ui, sans-serif", size: 11 },
            callback: (value) => moneyShort(Number(value), currency),
          },
        },
      },
    },
    plugins: [column],
  });

  function paint() {
    const [now, previous] = chart.data.datasets;
    if (now) Object.assign(now, { grouped: false, backgroundColor: colours.now });
    if (previous) Object.assign(previous, { backgroundColor: colours.previousFill, borderColor: colours.previous });
    const { x, y } = chart.options.scales ?? {};
    if (x?.ticks) x.ticks.color = colours.muted;
    if (y?.ticks) y.ticks.color = colours.muted;
    if (y?.grid) y.grid.color = colours.grid;
    chart.update("none");
  }
  paint();

  return {
    mark(index) {
      marked = index;
      chart.draw();
      const point = index === null ? undefined : points[index];
      if (index === null || !point) return null;
      const y = (value: number | null) => chart.scales.y?.getPixelForValue(value ?? 0) ?? 0;
      return {
        x: chart.scales.x?.getPixelForValue(index) ?? 0,
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
      colours = readColours();
      paint();
    },
    destroy: () => chart.destroy(),
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
