/**
 * Bars in the shape of what comes.
 *
 * @param lines one bar each, as classes of its size (`"w-32"`, `"h-6 w-24"`)
 */
export function Skeleton({ lines, class: more }: { lines: string[]; class?: string }) {
  return (
    <span class={`flex flex-col gap-2 ${more ?? ""}`} role="status">
      <span class="sr-only">Loading</span>
      {lines.map((line, i) => <span key={i} class={`bone ${line}`} />)}
    </span>
  );
}
