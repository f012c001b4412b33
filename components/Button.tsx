import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon.tsx";

/** At most one primary button on a page; danger only for what cannot be undone. */
export type ButtonLook = "primary" | "secondary" | "ghost" | "danger";

const LOOKS: Record<ButtonLook, string> = {
  primary: "btn-primary",
  secondary: "",
  ghost: "btn-ghost",
  danger: "btn-error",
};

interface Look {
  look?: ButtonLook;
  icon?: IconName;
  small?: boolean;
  /** The single key that does the same, shown on the button. */
  shortcut?: string;
  class?: string;
  children: ComponentChildren;
}

export interface ButtonProps extends Look {
  type?: "submit" | "button";
  name?: string;
  value?: string;
  disabled?: boolean;
  /** Its act is under way: a ring turns, it cannot be pressed again, and it keeps its width. */
  busy?: boolean;
  /** Why it is off, or more about what it does. */
  title?: string;
  onClick?: () => void;
}

/** A button of a form, or of an island when it has `onClick`. */
export function Button(props: ButtonProps) {
  const { look = "secondary", type = "submit", busy = false } = props;
  return (
    <button
      type={type}
      class={`btn ${LOOKS[look]} ${props.small ? "small" : ""} ${props.class ?? ""}`}
      name={props.name}
      value={props.value}
      disabled={props.disabled}
      aria-busy={busy ? "true" : undefined}
      aria-keyshortcuts={props.shortcut}
      title={props.title}
      onClick={props.onClick}
    >
      <Face {...props} busy={busy} />
    </button>
  );
}

/** A link that looks like a button, because it is one of the page's actions. */
export function LinkButton(props: Look & { href: string; download?: boolean; title?: string }) {
  return (
    <a
      class={`btn ${LOOKS[props.look ?? "secondary"]} ${props.small ? "small" : ""} ${props.class ?? ""}`}
      href={props.href}
      download={props.download}
      aria-keyshortcuts={props.shortcut}
      title={props.title}
    >
      <Face {...props} busy={false} />
    </a>
  );
}

function Face({ icon, busy, shortcut, children }: Look & { busy: boolean }) {
  const shown = busy ? "ring" : icon;
  return (
    <>
      {shown && <Icon name={shown} size={14} class={busy ? "turning" : ""} />}
      {children}
      {shortcut && <kbd class="kbd max-sm:hidden" aria-hidden="true">{shortcut}</kbd>}
    </>
  );
}
