import type { MadeLink } from "../../lib/access/invitations.ts";
import { Notice } from "../Notice.tsx";

/** A link that was just made: shown this once, since only its digest is kept. */
export function LinkNotice({ made, what, lasts }: { made: MadeLink; what: string; lasts: string }) {
  return (
    <div class="mb-4">
      <Notice
        tone="good"
        title={made.isMailed ? `${what} is mailed to ${made.email}.` : `${what} for ${made.email} is made.`}
        role="status"
      >
        {made.isMailed ? "The same link, should the mail be lost" : "Copy the link and hand it over yourself"}: it is
        shown this once, and works once, for {lasts}.
        <code class="mt-2 block overflow-x-auto rounded border border-line bg-base-100 p-3 text-list select-all">
          {made.link}
        </code>
      </Notice>
    </div>
  );
}
