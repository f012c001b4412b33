import { isValidElement } from "preact";
import { DevalueError, stringify } from "devalue";
import { isSignal, isWritable, SlotRef, type UsedIsland } from "./render_state.ts";

/** What the browser is told about a page's islands. Read by `client/boot.ts`. */
export interface Payload {
  basePath: string;
  buildId: string;
  /** The module, the name of its export, and the props, by the island's number. */
  islands: [url: string, exportName: string, props: Record<string, unknown>][];
}

/**
 * Writes the payload as JSON that may stand in a script element: no text in it can end the element, whatever a prop holds.
 *
 * @returns the JSON, and whether there are signals in it, for which the browser needs one more module
 * @throws {TypeError} naming the island and the prop, for a function, an instance of a class, or JSX deep inside a prop
 */
export function writePayload(payload: Payload, used: readonly UsedIsland[]): { json: string; signals: boolean } {
  let signals = false;
  // A reducer's falsy result means "not mine", hence the lists around the values.
  const reducers = {
    Slot: (value: unknown) => value instanceof SlotRef && [value.id],
    Signal: (value: unknown) => {
      if (!isSignal(value) || !isWritable(value)) return false;
      signals = true;
      return [value.peek()];
    },
    Computed: (value: unknown) => {
      if (!isSignal(value)) return false;
      signals = true;
      return [value.peek()];
    },
    // A view of a larger buffer would be sent with all of it.
    Part: (value: unknown) =>
      value instanceof Uint8Array && value.byteLength < value.buffer.byteLength && [value.slice()],
    Element: (value: unknown) => {
      if (isValidElement(value)) {
        throw new TypeError("is JSX inside of another value; only children and whole props may be JSX");
      }
      return false;
    },
  };
  try {
    const json = stringify(payload, reducers);
    return { json: json.replaceAll("<", "\\u003C"), signals };
  } catch (error) {
    throw explain(error, payload, used, reducers);
  }
}

/** Finds the prop that cannot be sent by sending each alone: the failure is rare, the message worth it. */
function explain(
  error: unknown,
  payload: Payload,
  used: readonly UsedIsland[],
  reducers: Record<string, (value: unknown) => unknown>,
): Error {
  for (const [i, [, , props]] of payload.islands.entries()) {
    for (const [name, value] of Object.entries(props)) {
      try {
        stringify(value, reducers);
      } catch (cause) {
        const island = used[i]?.island.name ?? "?";
        const path = cause instanceof DevalueError ? `${name}${cause.path}` : name;
        return new TypeError(`Cannot send "${path}" of island "${island}" to the browser: it ${reason(value, cause)}`, {
          cause,
        });
      }
    }
  }
  return error instanceof Error ? error : new Error(String(error));
}

function reason(value: unknown, cause: unknown): string {
  if (cause instanceof DevalueError) {
    if (typeof value === "function" || cause.message.includes("function")) {
      return "is a function; functions cannot be sent, define it in the island";
    }
    return "is no plain value; send an object of plain values in its place";
  }
  return cause instanceof Error ? cause.message : String(cause);
}
