import { type ComponentChildren, Fragment, h, options, type VNode } from "preact";
import { asset, assetSrcSet } from "../shared/asset.ts";
import { serverHead } from "../shared/head.ts";
import { type BoundaryProps, IslandBoundary, needsBoundary } from "./islands.ts";
import { note } from "./notes.ts";
import { currentRender, type RenderState } from "./render_state.ts";

type Props = Record<string, unknown> & { children?: ComponentChildren };
const AsyncFunction = (async () => {}).constructor;
type Hooks = typeof options & { __b?: (vnode: VNode) => void };

/**
 * What an element was before it was changed for one rendering: elements made once are rendered many times. Kept on the
 * element itself, as a `WeakMap` with an entry per element and page is hard work for the garbage collector.
 */
const BEFORE = Symbol("before");
/** Marks an element that was made here and is to be rendered as it is. */
const OWN = Symbol("own");
type Element = VNode & { [BEFORE]?: { type: VNode["type"]; props: VNode["props"] }; [OWN]?: true };

const hooks: Hooks = options;
const earlier = hooks.__b;
/** Preact calls this for each element before it is rendered. Outside of a page's rendering it does nothing. */
hooks.__b = (vnode) => {
  const state = currentRender();
  if (state !== null) prepare(vnode, state);
  earlier?.(vnode);
};

serverHead.render = (children) => h(Fragment, null, [note("group"), children, note("/group")]);

function prepare(vnode: Element, state: RenderState): void {
  const before = vnode[BEFORE];
  if (before !== undefined) {
    vnode.type = before.type;
    vnode.props = before.props;
  }
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

function prepareElement(vnode: Element, type: string, props: Props, state: RenderState): void {
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
      if (vnode[OWN]) return;
      return surround(vnode, "head", { ...props, children: [note("in"), props.children, note("/in")] });
    case "script":
    case "style":
      if (state.nonce !== null && props.nonce === undefined) change(vnode, type, { ...props, nonce: state.nonce });
  }
  if (vnode[OWN]) return;
  const names = headNames(vnode, type, vnode.props as Props);
  if (names.length > 0) surround(vnode, `one ${names.map(encodeURIComponent).join(" ")}`, vnode.props, "/one");
}

function isKeyed(vnode: VNode): boolean {
  return vnode.key !== null && vnode.key !== undefined;
}

/** What other elements of the head may replace this one by. Outside of the head they mean nothing. */
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

function change(vnode: Element, type: unknown, props: object): void {
  vnode[BEFORE] ??= { type: vnode.type, props: vnode.props };
  vnode.type = type as VNode["type"];
  vnode.props = props as VNode["props"];
}

/** Puts a note before an element and one behind it, for the assembly of the document. */
function surround(vnode: Element, before: string, props: object, behind = `/${before}`): void {
  const element = h(vnode.type as string, props) as Element;
  element[OWN] = true;
  change(vnode, Fragment, { children: [note(before), element, note(behind)] });
}
