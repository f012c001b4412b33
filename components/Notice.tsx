import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon.tsx";

/** How much it matters, worst last. */
export type NoticeTone = "good" | "note" | "attention" | "wrong";

const ICONS: Record<NoticeTone, IconName> = {
  good: "circle-check",
  note: "info",
  attention: "triangle",
  wrong: "octagon",
};

export interface NoticeProps {
  tone: NoticeTone;
  /** What is true, in one short sentence. */
  title?: ComponentChildren;
  /** What holds besides, and what to do. */
  children?: ComponentChildren;
  /** The one link or button that helps. */
  action?: ComponentChildren;
  /** `alert` interrupts a screen reader: only for the answer to what the person just did. */
  role?: "alert" | "status";
  id?: string;
}

/** One line across the page or a card: a result, a fault, or why figures are old. */
export function Notice({ tone, title, children, action, role, id }: NoticeProps) {
  return (
    <div class={`notice notice-${tone}`} role={role} id={id}>
      <Icon name={ICONS[tone]} />
      <div class="min-w-0 flex-1">
        {title && <strong class="font-semibold">{title}</strong>} {children}
      </div>
      {action && <div class="shrink-0 text-xs/5">{action}</div>}
    </div>
  );
}

/** The line below a page's head that says its figures are old. The figures stay readable. */
export function StaleLine({ age, children }: { age: string; children?: ComponentChildren }) {
  return (
    <Notice tone="attention" title={`These figures are ${age} old.`} action={<a class="go" href="/sync">Open Sync</a>}>
      {children}
    </Notice>
  );
}
