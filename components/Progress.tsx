export interface ProgressProps {
  /** 0 to 1. */
  share: number;
  /** What advances, for screen readers. */
  label: string;
  thin?: boolean;
}

/** A bar of an SVG: the security policy forbids widths in style attributes. Moves smoothly between updates. */
export function Progress({ share, label, thin }: ProgressProps) {
  const done = Math.min(1, Math.max(0, share)) * 100;
  return (
    <svg
      class={`bar ${thin ? "bar-thin" : ""}`}
      viewBox="0 0 100 1"
      preserveAspectRatio="none"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(done)}
    >
      <rect width={Math.round(done * 100) / 100} height="1" fill="currentColor" />
    </svg>
  );
}

/** A bar inside a table or a ranking: how large a part is against the largest. Decoration beside its figure. */
export function InlineBar({ share }: { share: number }) {
  return (
    <svg class="bar bar-thin" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
      <rect width={Math.min(1, Math.max(0, share)) * 100} height="1" fill="currentColor" />
    </svg>
  );
}
