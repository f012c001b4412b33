/**
 * A stand-in for the parent element that Preact renders an island into: the nodes between the island's two comments, in
 * a parent that holds other things as well.
 */
export function rootBetween(start: Comment, end: Comment): Element {
  const parent = start.parentNode as Element;
  const nodes = () => {
    const found: Node[] = [];
    for (let node = start.nextSibling; node !== null && node !== end; node = node.nextSibling) found.push(node);
    return found;
  };
  const isInside = (node: Node) => {
    for (let at: Node | null = start.nextSibling; at !== null && at !== end; at = at.nextSibling) {
      if (at === node) return true;
    }
    return false;
  };
  const root = {
    nodeType: 1,
    parentNode: parent,
    ownerDocument: document,
    namespaceURI: parent.namespaceURI,
    get firstChild() {
      return start.nextSibling === end ? null : start.nextSibling;
    },
    get childNodes() {
      return nodes();
    },
    // Preact skips comments when it looks for the next node, so it may name one behind the island's end.
    insertBefore: (node: Node, before: Node | null) =>
      parent.insertBefore(node, before !== null && isInside(before) ? before : end),
    appendChild: (node: Node) => parent.insertBefore(node, end),
    removeChild: (node: Node) => parent.removeChild(node),
    contains: (node: Node) => nodes().some((own) => own.contains(node)),
  };
  return root as unknown as Element;
}
