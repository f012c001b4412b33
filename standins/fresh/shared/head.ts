import { type ComponentChildren, h, isValidElement, toChildArray, type VNode } from "preact";
import { useEffect } from "preact/hooks";

export interface HeadProps {
  children?: ComponentChildren;
}

/** How the server renders `<Head>`; unset in the browser. Set by the server's render hooks, so that this file has no server code. */
export const serverHead: { render: ((children: ComponentChildren) => VNode) | null } = { render: null };

/**
 * Puts its children into the document's head. A `<title>`, and a `<meta>` of the same `name`, replace the earlier one; a
 * `key` names the element that is replaced. In an island the title follows when it renders again.
 */
export function Head(props: HeadProps): VNode {
  return serverHead.render === null ? h(BrowserHead, props) : serverHead.render(props.children);
}

function BrowserHead({ children }: HeadProps): null {
  const title = toChildArray(children).filter(isValidElement).findLast(({ type }) => type === "title");
  const text = title && toChildArray((title.props as HeadProps).children).join("");
  useEffect(() => {
    if (text !== undefined) document.title = text;
  }, [text]);
  return null;
}
