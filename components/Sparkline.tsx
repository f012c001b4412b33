export interface SparklineProps {
  /** At least two, oldest first. */
  values: number[];
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
  const low = fromZero ? 0 : Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const points = values.map((value, i) => {
    const x = (i / (values.length - 1)) * WIDTH;
    const y = HEIGHT - EDGE - ((value - low) / span) * (HEIGHT - 2 * EDGE);
    return `${round(x)} ${round(y)}`;
  });
  const line = `M${points.join("L")}`;
  return (
    <svg
      class={`spark ${bad ? "spark-bad" : ""}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={`${line}V${HEIGHT}H0Z`} fill="currentColor" fill-opacity=".1" />
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
        d={`M${points.at(-1)}h0`}
        stroke="currentColor"
        stroke-width="5"
        stroke-linecap="round"
        vector-effect="non-scaling-stroke"
      />
    </svg>
  );
}

const round = (n: number) => Math.round(n * 100) / 100;
