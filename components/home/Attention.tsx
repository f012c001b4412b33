import { Card } from "../Card.tsx";
import { counted } from "../format.ts";
import { Icon, type IconName } from "../Icon.tsx";
import type { Matter } from "./matters.ts";

const LOOKS: Record<Matter["tone"], [IconName, string]> = {
  wrong: ["octagon", "text-error"],
  attention: ["triangle", "text-warning"],
  note: ["info", "text-info"],
};

/** What needs a look, most urgent first, each with its place. */
export function Attention({ matters }: { matters: Matter[] }) {
  if (matters.length === 0) {
    return (
      <Card title="Needs attention">
        <p class="flex items-center gap-2 text-list text-muted">
          <Icon name="circle-check" class="text-success" />
          Nothing. Runs are complete, no row is in quarantine, no stream lags.
        </p>
      </Card>
    );
  }
  return (
    <Card
      title="Needs attention"
      subtitle={matters.length > 1 ? `${counted(matters.length, "thing")}, most urgent first` : "1 thing"}
      flush
    >
      <ul class="px-(--card-pad) pb-3">
        {matters.map((matter) => {
          const [icon, look] = LOOKS[matter.tone];
          return (
            <li key={matter.title} class="flex gap-3 py-2.5">
              <Icon name={icon} class={`mt-0.5 ${look}`} />
              <div class="min-w-0 flex-1 text-list">
                <p class="font-medium">{matter.title}</p>
                <p class="text-xs text-muted">{matter.text}</p>
              </div>
              <a class="go flex shrink-0 items-center gap-0.5 self-center py-1 text-xs" href={matter.href}>
                {matter.place}
                <Icon name="chevron-right" size={14} />
              </a>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
