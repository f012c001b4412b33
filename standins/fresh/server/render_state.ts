import type { ComponentChildren } from "preact";
import { Signal } from "@preact/signals";
import type { IslandExport } from "./build.ts";

/** JSX that an island was given: rendered here, handed to the browser as the DOM it became. */
export interface Slot {
  id: number;
  children: ComponentChildren;
  /** Whether the island showed it; what it did not show travels in a template. */
  shown: boolean;
}

/** Stands for a slot among the props that travel. */
export class SlotRef {
  constructor(readonly id: number) {}
}

/** One island of a page. */
export interface UsedIsland {
  island: IslandExport;
  props: Record<string, unknown>;
}

/** What one rendering of a page gathers. */
export interface RenderState {
  islands: Map<unknown, IslandExport>;
  used: UsedIsland[];
  slots: Slot[];
  /** For script and style elements that have none; null where the page needs none. */
  nonce: string | null;
  /** The path of the page, for links to it. */
  path: string;
}

let current: RenderState | null = null;

/** The rendering that is under way, null outside of one. Rendering is synchronous, so there is never more than one. */
export function currentRender(): RenderState | null {
  return current;
}

/** Runs `render` with `state` as the current one. */
export function withRender<T>(state: RenderState, render: () => T): T {
  const outer = current;
  current = state;
  try {
    return render();
  } finally {
    current = outer;
  }
}

/** Whether a value is a signal. To be asked before `isValidElement`, which signals pass as well. */
export function isSignal(value: unknown): value is Signal {
  return value instanceof Signal;
}

/** A signal that can be set, as opposed to a computed one. A computed signal has no constructor to ask. */
export function isWritable(signal: Signal): boolean {
  return Object.getPrototypeOf(signal) === Signal.prototype;
}
