export interface SparklineProps {
  /** Oldest first. Null is a gap: nothing was there to measure. */
  values: (number | null)[];
  /** Red: the figure moved in the bad direction. */
  bad?: boolean;
  /** The axis starts at zero instead of at the lowest value: for rates. */
  fromZero?: boolean;
}

const WIDTH = 100;
const HEIGHT = 28;
const EDGE = 3; // keeps the stroke and the last dot inside

/** A line of one period without axes, as wide as its place. Decoration: the figure beside it says what counts. */
export function Sparkline({ values, bad, fromZero }: SparklineProps) {
  const known = values.filter((value) => value !== null);
  const low = fromZero ? 0 : Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const place = (value: number, i: number) => {
    const x = (i / Math.max(1, values.length - 1)) * WIDTH;
    return `${round(x)} ${round(HEIGHT - EDGE - ((value - low) / span) * (HEIGHT - 2 * EDGE))}`;
  };
  const runs = unbroken(values);
  const line = runs.map((run) => `M${run.map(([value, i]) => place(value, i)).join("L")}`).join("");
  const area = runs.map((run) => {
    const at = (i: number) => round((run.at(i)![1] / Math.max(1, values.length - 1)) * WIDTH);
    return `M${run.map(([value, i]) => place(value, i)).join("L")}V${HEIGHT}H${at(0)}Z`;
  }).join("");
  const last = runs.at(-1)?.at(-1);
  if (!last) return <svg class="spark" aria-hidden="true" />;
  return (
    <svg
      class={`spark ${bad ? "spark-bad" : ""}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={area} fill="currentColor" fill-opacity=".1" />
      <path
        d={line}
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-linejoin="round"
        vector-effect="non-scaling-stroke"
      />
      {/* a stroke without length: a dot that stays round while the drawing is stretched */}
      <path
        d={`M${place(...last)}h0`}
        stroke="currentColor"
        stroke-width="5"
        stroke-linecap="round"
        vector-effect="non-scaling-stroke"
      />
    </svg>
  );
}

/** Stretches without a gap, each value with its place. */
function unbroken(values: (number | null)[]): [number, number][][] {
  const runs: [number, number][][] = [];
  let open: [number, number][] | null = null;
  values.forEach((value, i) => {
    if (value === null) open = null;
    else if (open) open.push([value, i]);
    else runs.push(open = [[value, i]]);
  });
  return runs;
}

const round = (n: number) => Math.round(n * 100) / 100;
