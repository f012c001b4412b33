import {
  cloneElement,
  type ComponentChild,
  type ComponentChildren,
  h,
  isValidElement,
  render,
  toChildArray,
  type VNode,
} from "preact";
import { useEffect } from "preact/hooks";

export interface HeadProps {
  children?: ComponentChildren;
}

/** How the server renders `<Head>`; unset in the browser. Set by the server's render hooks, so that this file has no server code. */
export const serverHead: { render: ((children: ComponentChildren) => VNode) | null } = { render: null };

/**
 * Puts its children into the document's head. A `<title>`, and a `<meta>` of the same `name`, replace the earlier one; a
 * `key` names the element that is replaced. In an island it also updates the head when it renders again.
 */
export function Head(props: HeadProps): VNode {
  return serverHead.render === null ? h(BrowserHead, props) : serverHead.render(props.children);
}

/** Renders its children aside and moves them into `document.head`, taking back on unmount what it added. */
function BrowserHead({ children }: HeadProps): null {
  useEffect(() => {
    const aside = document.createElement("div");
    render(h("head", null, toChildArray(children).map(withKey)), aside);
    const undo = Array.from(aside.firstElementChild?.children ?? []).map(place);
    return () => undo.forEach((back) => back());
  }, [children]);
  return null;
}

/** Keys are no attributes, but the element to replace is found by one. */
function withKey(child: ComponentChild): ComponentChild {
  if (!isValidElement(child) || child.key == null || typeof child.type !== "string") return child;
  return cloneElement(child, { "data-key": String(child.key) });
}

function place(element: Element): () => void {
  if (element.localName === "title") {
    const title = element.textContent ?? "";
    if (document.title !== title) document.title = title;
    return () => {}; // the next title replaces this one; a page is never without
  }
  const earlier = find(element);
  if (earlier !== null) {
    if (earlier.isEqualNode(element)) return () => {};
    earlier.replaceWith(element);
    return () => element.isConnected && element.replaceWith(earlier);
  }
  document.head.append(element);
  return () => element.remove();
}

function find(element: Element): Element | null {
  const by = ["data-key", "id", ...(element.localName === "meta" ? ["name", "property"] : [])];
  for (const attribute of by) {
    const value = element.getAttribute(attribute);
    const found = value === null
      ? null
      : document.head.querySelector(`${element.localName}[${attribute}=${CSS.escape(value)}]`);
    if (found !== null) return found;
  }
  return Array.from(document.head.children).find((child) => child.isEqualNode(element)) ?? null;
}
