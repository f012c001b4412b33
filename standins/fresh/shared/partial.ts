import { type ComponentChildren, Fragment, h, type VNode } from "preact";

export interface PartialProps {
  /** The name a server's answer would be matched by. */
  name: string;
  /** How new content would be merged. */
  mode?: "replace" | "prepend" | "append";
  children?: ComponentChildren;
}

/** Part of a page that could be updated alone. This implementation loads whole pages, so it only renders its children. */
export function Partial(props: PartialProps): VNode {
  return h(Fragment, null, props.children);
}
