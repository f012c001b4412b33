import {
  type ComponentChildren,
  type ComponentType,
  createContext,
  Fragment,
  h,
  isValidElement,
  type VNode,
} from "preact";
import { useContext } from "preact/hooks";
import type { IslandExport } from "./build.ts";
import { currentRender, isSignal, SlotRef } from "./render_state.ts";

/** True inside an island's own elements: an island there is part of it, and no root of its own. */
const InsideIsland = createContext(false);

/** Marks an element that was made here and must not be turned into a boundary again. */
const OWN = Symbol("own");
type OwnElement = VNode & { [OWN]?: true };

export interface BoundaryProps {
  island: IslandExport;
  // deno-lint-ignore no-explicit-any -- props of whatever component the island is
  type: ComponentType<any>;
  props: Record<string, unknown>;
}

/** Whether an element stands for an island and has not been given its boundary yet. */
export function needsBoundary(vnode: VNode): boolean {
  return !(vnode as OwnElement)[OWN];
}

/** A comment of the page, by which the browser finds islands and slots again. */
export function mark(text: string): VNode {
  return h(Fragment as ComponentType<Record<string, unknown>>, { UNSTABLE_comment: text }) as VNode;
}

/**
 * Stands in for an island. Outside of other islands it notes the island and its props, puts marks around its elements,
 * and gives it slots in place of the elements among its props.
 */
export function IslandBoundary({ island, type, props }: BoundaryProps): ComponentChildren {
  const inside = useContext(InsideIsland);
  const state = currentRender();
  if (inside || state === null) return ownElement(type, props);

  const id = state.used.length;
  const sent: Record<string, unknown> = {};
  state.used.push({ island, props: sent });
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(props)) {
    if (holdsElement(name, value)) {
      const slot = { id: state.slots.length, children: value as ComponentChildren, shown: false };
      state.slots.push(slot);
      sent[name] = new SlotRef(slot.id);
      given[name] = h(SlotBoundary, { slot });
    } else {
      sent[name] = value;
      given[name] = value;
    }
  }
  const child = ownElement(type, given);
  numberIds(child, id);
  return [mark(`fi:${id}`), h(InsideIsland.Provider, { value: true }, child), mark("/fi")];
}

/** Shows a slot's elements where the island puts them. Islands among them are roots again. */
export function SlotBoundary({ slot }: { slot: { id: number; children: ComponentChildren; shown: boolean } }) {
  slot.shown = true;
  return [mark(`fs:${slot.id}`), outsideIslands(slot.children), mark("/fs")];
}

/** Elements in which islands are roots. */
export function outsideIslands(children: ComponentChildren): VNode {
  return h(InsideIsland.Provider, { value: false }, children) as VNode;
}

function ownElement(type: ComponentType<Record<string, unknown>>, props: Record<string, unknown>): VNode {
  const vnode: OwnElement = h(type, props) as VNode;
  vnode[OWN] = true;
  return vnode;
}

/** Whatever is shown as `children` travels as DOM, also text; any other prop only if it is an element. */
function holdsElement(name: string, value: unknown): boolean {
  if (isSignal(value)) return false;
  if (isValidElement(value)) return true;
  return name === "children" && isShown(value);
}

function isShown(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every((item) => item == null || isNode(item));
  return typeof value === "string" || typeof value === "number";
}

function isNode(value: unknown): boolean {
  return typeof value === "boolean" || isShown(value) || isSignal(value) || isValidElement(value);
}

/** Makes `useId()` count by island, so that the ids of two islands differ and the browser finds the same ones. */
function numberIds(vnode: VNode, island: number): void {
  (vnode as VNode & { __m?: [number, number] }).__m = [island + 1, 0];
}
