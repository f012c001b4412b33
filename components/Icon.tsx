import { createElement } from "preact";
import { type Drawing, ICONS } from "./icons.ts";

/** The icons that Tidemark uses, by what they mean here. */
export type IconName = keyof typeof ICONS;

export interface IconProps {
  name: IconName;
  /** Pixels: 16 beside text, 14 in controls and badges. */
  size?: number;
  /** What it says where no word stands beside it. Without it the icon is decoration and hidden from screen readers. */
  label?: string;
  class?: string;
}

/** One lucide icon, in the colour of the text around it. */
export function Icon({ name, size = 16, label, class: more }: IconProps) {
  const drawing: Drawing = ICONS[name];
  const named = label ? { role: "img" as const, "aria-label": label } : { "aria-hidden": "true" as const };
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      class={`shrink-0 ${more ?? ""}`}
      data-icon={name}
      {...named}
    >
      {drawing.map(([element, attributes]) => createElement(element, attributes))}
    </svg>
  );
}
