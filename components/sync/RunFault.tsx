import type { FaultView } from "../../lib/sync/views.ts";

/** Why a run failed: what happened, what to do, and the code for who asks about it. */
export function RunFault({ fault, class: more }: { fault: FaultView; class?: string }) {
  return (
    <div class={`fault ${more ?? ""}`}>
      <p class="font-medium">{fault.message}</p>
      <p class="mt-1 text-muted">{fault.advice}</p>
      <details class="mt-1">
        <summary class="go inline-block">Show the code</summary>
        <code class="mt-1 block text-xs text-muted">{fault.code}</code>
      </details>
    </div>
  );
}
