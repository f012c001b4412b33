import { type ComponentChildren, type ComponentType, h, options, type VNode } from "preact";
import { asset, assetSrcSet } from "../shared/asset.ts";
import { serverHead } from "../shared/head.ts";
import { type BoundaryProps, IslandBoundary, mark, needsBoundary } from "./islands.ts";
import { currentRender, type RenderState } from "./render_state.ts";

/** Marks parts of the document for its assembly. Random, so that no text of a page can be taken for one. */
export const TOKEN = crypto.randomUUID();

type Props = Record<string, unknown> & { children?: ComponentChildren };
const AsyncFunction = (async () => {}).constructor;
type Hooks = typeof options & { __b?: (vnode: VNode) => void };

/** What an element was before it was changed for one rendering: elements made once are rendered many times. */
const pristine = new WeakMap<VNode, { type: VNode["type"]; props: VNode["props"] }>();
const ownHeads = new WeakSet<VNode>();

const hooks: Hooks = options;
const earlier = hooks.__b;
/** Preact calls this for each element before it is rendered. Outside of a page's rendering it does nothing. */
hooks.__b = (vnode) => {
  const state = currentRender();
  if (state !== null) prepare(vnode, state);
  earlier?.(vnode);
};

serverHead.render = (children) => h(HeadGroup, null, children);

function prepare(vnode: VNode, state: RenderState): void {
  const before = pristine.get(vnode);
  if (before !== undefined) Object.assign(vnode, before);
  const { type } = vnode;
  if (typeof type === "function") {
    if (type.constructor === AsyncFunction) {
      throw new TypeError(
        `Cannot render <${type.name || "Component"}>: only pages and layouts may be async components`,
      );
    }
    const island = state.islands.get(type);
    if (island === undefined || !needsBoundary(vnode)) return;
    const props: BoundaryProps = { island, type, props: vnode.props as Props };
    change(vnode, IslandBoundary, props);
  } else if (HTML.has(type)) prepareElement(vnode, type, vnode.props as Props, state);
}

const HTML = new Set<string>([
  "a",
  "img",
  "source",
  "html",
  "head",
  "body",
  "title",
  "meta",
  "link",
  "base",
  "style",
  "script",
  "noscript",
  "template",
]);

function prepareElement(vnode: VNode, type: string, props: Props, state: RenderState): void {
  switch (type) {
    case "a":
      return markLink(vnode, props, state);
    case "img":
    case "source":
      return lockSources(vnode, props);
    case "html":
    case "body":
      return change(vnode, type, { ...props, children: [note(type), props.children, note(`/${type}`)] });
    case "head":
      if (!ownHeads.has(vnode)) change(vnode, DocumentHead as ComponentType<never>, { attributes: props });
      return;
    case "script":
    case "style":
      if (state.nonce !== null && props.nonce === undefined) change(vnode, type, { ...props, nonce: state.nonce });
  }
  if (!state.inHead || ownHeads.has(vnode)) return;
  const names = headNames(vnode, type, vnode.props as Props);
  if (names.length === 0) return;
  // The key is written down for the browser, where an island may replace the element as well.
  const keyed = isKeyed(vnode) ? { "data-key": String(vnode.key), ...vnode.props } : vnode.props;
  change(vnode, HeadElement as ComponentType<never>, { type, props: keyed, names });
}

function isKeyed(vnode: VNode): boolean {
  return vnode.key !== null && vnode.key !== undefined;
}

/** What other elements of the head may replace this one by. */
function headNames(vnode: VNode, type: string, props: Props): string[] {
  const names: string[] = [];
  if (type === "title" || type === "base") names.push(type);
  if (type === "meta") {
    for (const by of ["name", "property", "httpEquiv", "http-equiv"]) {
      if (typeof props[by] === "string") names.push(`${by.toLowerCase().replace("-", "")}:${props[by]}`);
    }
    if (props.charset !== undefined || props.charSet !== undefined) names.push("charset");
  }
  if (isKeyed(vnode)) names.push(`key:${vnode.key}`);
  return names;
}

/** A link to the page it is on, or to one above it, says so to the stylesheet and to screen readers. */
function markLink(vnode: VNode, props: Props, state: RenderState): void {
  const { href } = props;
  if (typeof href !== "string" || !href.startsWith("/") || href.startsWith("//")) return;
  const path = trimSlash(href.replace(/[?#].*$/s, ""));
  const here = trimSlash(state.path);
  const isCurrent = path === here;
  if (!isCurrent && path !== "/" && !here.startsWith(`${path}/`)) return;
  const marks = isCurrent
    ? { "data-current": "true", "aria-current": "page" }
    : { "data-ancestor": "true", "aria-current": "true" };
  change(vnode, "a", { ...marks, ...props });
}

function trimSlash(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

/** Pictures are addressed by build, so that they can be cached for good. */
function lockSources(vnode: VNode, props: Props): void {
  const { src, srcset, srcSet } = props;
  if (props["data-fresh-disable-lock"]) return;
  const locked: Props = { ...props };
  if (typeof src === "string") locked.src = asset(src);
  if (typeof srcset === "string") locked.srcset = assetSrcSet(srcset);
  if (typeof srcSet === "string") locked.srcSet = assetSrcSet(srcSet);
  change(vnode, vnode.type, locked);
}

function change(vnode: VNode, type: unknown, props: object): void {
  pristine.set(vnode, pristine.get(vnode) ?? { type: vnode.type, props: vnode.props });
  Object.assign(vnode, { type, props });
}

/** Stands in for the `<head>` element: sets it apart for the assembly of the document. */
function DocumentHead({ attributes }: { attributes: Props }): ComponentChildren {
  const head: VNode = h("head", attributes, inHead([note("in"), attributes.children, note("/in")]));
  ownHeads.add(head);
  return [note("head"), head, note("/head")];
}

/** What `<Head>` renders: its children, set apart. */
function HeadGroup({ children }: Props): ComponentChildren {
  return [note("group"), inHead(children), note("/group")];
}

function HeadElement({ type, props, names }: { type: string; props: Props; names: string[] }): ComponentChildren {
  const element = h(type, props) as VNode;
  ownHeads.add(element);
  return [note(`one ${names.map(encodeURIComponent).join(" ")}`), element, note("/one")];
}

/** Elements are rendered in order, so a switch before and one behind tell where the head is. */
function inHead(children: ComponentChildren): ComponentChildren {
  const outer = currentRender()?.inHead ?? false;
  return [h(Switch, { to: true }), children, h(Switch, { to: outer })];
}

function Switch({ to }: { to: boolean }): null {
  const state = currentRender();
  if (state !== null) state.inHead = to;
  return null;
}

function note(text: string): VNode {
  return mark(`${TOKEN} ${text}`);
}
