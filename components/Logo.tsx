/** The sign of Tidemark: two waves below the line that the water has reached. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" class="shrink-0" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--color-primary)" />
      <g fill="none" stroke="var(--color-primary-content)" stroke-width="2.5" stroke-linecap="round">
        <path d="M8 10.5h16" />
        <path d="M8 16.5c2-2 3.5-2 5.3 0s3.4 2 5.4 0 3.4-2 5.3 0" />
        <path d="M8 22.5c2-2 3.5-2 5.3 0s3.4 2 5.4 0 3.4-2 5.3 0" />
      </g>
    </svg>
  );
}
