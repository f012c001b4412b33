/**
 * Starts the islands of a page: reads their props, loads their modules, and lets Preact take over the elements that the
 * server rendered. The only script of a page.
 */
import { type ComponentChild, type ComponentType, h, hydrate, type VNode } from "preact";
import { parse } from "devalue";
import { setAssetSite } from "../shared/asset.ts";
import { isMark, matchingEnd, readMark } from "./marks.ts";
import { rootBetween } from "./root_fragment.ts";
import { toElements } from "./to_elements.ts";

type Props = Record<string, unknown>;
interface Payload {
  basePath: string;
  buildId: string;
  islands: [url: string, exportName: string, props: Props][];
}

/** What the slots hold, by number. Filled before the first island starts. */
const slots = new Map<number, ComponentChild[]>();

/** Stands where an island shows JSX that it was given. */
function Slot({ id }: { id: number }): ComponentChild {
  return (slots.get(id) ?? []) as unknown as ComponentChild;
}

const holder = document.getElementById("__FRSH_ISLANDS");
if (holder !== null) await start(holder);

async function start(script: HTMLElement): Promise<void> {
  const signals = script.hasAttribute("data-signals") ? (await import("./signals.ts")).signalRevivers : {};
  const payload: Payload = parse(script.textContent ?? "", {
    ...signals,
    Slot: ([id]: [number]) => h(Slot, { id }),
    Part: ([bytes]: [Uint8Array]) => bytes,
  });
  setAssetSite(payload.buildId, payload.basePath); // before any island's own code runs
  const components = await loadComponents(payload);

  const makeIsland = (id: number): VNode | null => {
    const component = components[id];
    const props = payload.islands[id]?.[2];
    if (component === undefined || props === undefined) return null;
    const vnode = h(component, props) as VNode & { __m?: [number, number] };
    vnode.__m = [id + 1, 0]; // as on the server, so that useId() gives the same ids
    return vnode;
  };

  const roots = findRoots(document.documentElement);
  // All slots are read before the first island starts: islands remove the marks.
  for (const root of roots) readSlots(root.start, root.end, makeIsland);
  for (const template of document.querySelectorAll<HTMLTemplateElement>('template[id^="frsh-slot-"]')) {
    readTemplate(template, makeIsland);
  }
  for (const { id, start, end } of roots) {
    const vnode = makeIsland(id);
    if (vnode === null) continue;
    removeMarks(start, end);
    try {
      hydrate(vnode, rootBetween(start, end));
    } catch (error) {
      reportError(error);
    }
  }
}

/** A module that fails to load leaves its islands as the server rendered them, and no others. */
async function loadComponents(payload: Payload): Promise<(ComponentType<Props> | undefined)[]> {
  return await Promise.all(payload.islands.map(async ([url, exportName]) => {
    try {
      const module: Record<string, ComponentType<Props> | undefined> = await import(url);
      return module[exportName];
    } catch (error) {
      reportError(error);
      return undefined;
    }
  }));
}

interface Root {
  id: number;
  start: Comment;
  end: Comment;
}

/** The islands of a page that lie in no other island. */
function findRoots(within: Node): Root[] {
  const roots: Root[] = [];
  const walker = document.createTreeWalker(within, NodeFilter.SHOW_COMMENT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const start = node as Comment;
    if (!isMark(start)) continue;
    const { kind, opens, id } = readMark(start);
    if (kind !== "island" || !opens) continue;
    const end = matchingEnd(start);
    if (end === null) {
      console.error(
        `Island ${id} stays as it is: the browser moved its elements out of <${start.parentElement?.localName}>, where they may not stand.`,
      );
      continue;
    }
    roots.push({ id, start, end });
    walker.currentNode = end;
  }
  return roots;
}

function readSlots(start: Comment, end: Comment, makeIsland: (id: number) => VNode | null): void {
  for (const comment of commentsBetween(start, end)) {
    const { kind, opens, id } = readMark(comment);
    if (kind !== "slot" || !opens || slots.has(id)) continue;
    const until = matchingEnd(comment);
    if (until === null) continue;
    const nodes: Node[] = [];
    for (let node = comment.nextSibling; node !== null && node !== until; node = node.nextSibling) nodes.push(node);
    slots.set(id, toElements(nodes, makeIsland));
  }
}

function readTemplate(template: HTMLTemplateElement, makeIsland: (id: number) => VNode | null): void {
  const { content } = template;
  const id = Number(template.id.slice("frsh-slot-".length));
  const [first, last] = [document.createComment(""), document.createComment("")];
  const nodes = Array.from(content.childNodes);
  content.prepend(first);
  content.append(last);
  readSlots(first, last, makeIsland);
  slots.set(id, toElements(nodes, makeIsland));
  template.remove();
}

function commentsBetween(start: Node, end: Node): Comment[] {
  const found: Comment[] = [];
  for (let node = start.nextSibling; node !== null && node !== end; node = node.nextSibling) {
    if (node instanceof Comment && isMark(node)) found.push(node);
    if (!(node instanceof Element)) continue;
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_COMMENT);
    for (let inner = walker.nextNode(); inner !== null; inner = walker.nextNode()) {
      if (isMark(inner as Comment)) found.push(inner as Comment);
    }
  }
  return found;
}

/** Marks inside an island have done their work, and Preact would have to step over them. */
function removeMarks(start: Comment, end: Comment): void {
  for (const comment of commentsBetween(start, end)) comment.remove();
}
