import { type ComponentChild, h, type VNode } from "preact";
import { isMark, matchingEnd, readMark } from "./marks.ts";

/** Makes the element of an island by its number; null where its module could not be loaded. */
export type MakeIsland = (id: number) => VNode | null;

/**
 * Makes elements of the DOM that the server rendered into a slot, so that Preact takes that DOM over as it is. Islands in
 * it become elements of their components.
 */
export function toElements(nodes: Node[], makeIsland: MakeIsland): ComponentChild[] {
  const elements: ComponentChild[] = [];
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i];
    if (node instanceof Text) elements.push(node.data);
    else if (node instanceof Element) elements.push(toElement(node, makeIsland));
    else if (node instanceof Comment && isMark(node)) {
      const mark = readMark(node);
      const end = mark.opens ? matchingEnd(node) : null;
      if (end === null) continue;
      const until = nodes.indexOf(end);
      const island = mark.kind === "island" ? makeIsland(mark.id) : null;
      // A slot handed on by an island around is that island's business; here its content is what counts.
      if (island !== null) elements.push(island);
      else elements.push(...toElements(nodes.slice(i + 1, until), makeIsland));
      i = until;
    }
  }
  return elements;
}

function toElement(element: Element, makeIsland: MakeIsland): VNode {
  const props: Record<string, unknown> = {};
  for (const { name, value } of Array.from(element.attributes)) {
    props[name] = value === "" && isFlag(element, name) ? true : value;
  }
  // Their inside is text or a fragment of its own, not child nodes to be taken over.
  if (
    element instanceof HTMLTemplateElement || element instanceof HTMLScriptElement ||
    element instanceof HTMLStyleElement
  ) {
    return h(element.localName, { ...props, dangerouslySetInnerHTML: { __html: element.innerHTML } }) as VNode;
  }
  if (element instanceof HTMLTextAreaElement) {
    return h("textarea", { ...props, defaultValue: element.defaultValue }) as VNode;
  }
  return h(element.localName, props, toElements(Array.from(element.childNodes), makeIsland)) as VNode;
}

/** `disabled=""` is true, `value=""` is text: the element's own property tells them apart. */
function isFlag(element: Element, name: string): boolean {
  const property = FLAGS[name] ?? name;
  return typeof (element as unknown as Record<string, unknown>)[property] === "boolean";
}

const FLAGS: Record<string, string> = {
  readonly: "readOnly",
  novalidate: "noValidate",
  formnovalidate: "formNoValidate",
};
