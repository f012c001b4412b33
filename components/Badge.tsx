import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon.tsx";

const STATES = {
  good: ["circle-check", "badge-good"],
  progress: ["ring", "badge-progress"],
  waiting: ["circle-dashed", "badge-quiet"],
  due: ["clock", "badge-quiet"],
  paused: ["bars", "badge-quiet"],
  note: ["info", "badge-note"],
  repaired: ["return", "badge-note"],
  attention: ["triangle", "badge-attention"],
  wrong: ["octagon", "badge-wrong"],
} as const satisfies Record<string, readonly [IconName, string]>;

/** What a badge can say. Only exceptions are filled; good is an icon and muted words. */
export type BadgeState = keyof typeof STATES;

/** A state as a shape, a word and a colour, so that it can be told apart without either. */
export function Badge({ state, children }: { state: BadgeState; children: ComponentChildren }) {
  const [icon, look] = STATES[state];
  return (
    <span class={`badge ${look}`}>
      <Icon name={icon} size={14} class={state === "progress" ? "turning" : ""} />
      {children}
    </span>
  );
}
