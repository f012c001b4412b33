import type { CookieMaker } from "../lib/access/cookies.ts";
import type { NoticeTone } from "./Notice.tsx";

/** A form that does the opposite of what was just done: where it is sent, and with which fields. */
export interface Undo {
  action: string;
  fields: Record<string, string>;
}

/** The result of a form, told once on the page that its redirect leads to. */
export interface Flash {
  tone: NoticeTone;
  text: string;
  undo?: Undo;
}

const NAME = "told", PATH = "/sync", SECONDS = 60;
const MOST_TEXT = 600, MOST_BYTES = 3_500;
const TONES: readonly string[] = ["good", "note", "attention", "wrong"] satisfies NoticeTone[];

/**
 * Answers a form: leads to another page below `/sync`, where the result is told. The sentence travels in a cookie of a
 * minute, not in the address: an address can be sent to somebody, and must not put words on the page.
 *
 * @param cookies of the request, `ctx.state.cookies`
 */
export function goTelling(path: string, flash: Flash, cookies: CookieMaker): Response {
  const headers = { Location: path, "Set-Cookie": cookies.set(NAME, written(flash), SECONDS) };
  return new Response(null, { status: 303, headers });
}

/** What is to be told on this page, if anything; a cookie that is not one of ours is none. */
export function readFlash(headers: Headers, cookies: CookieMaker): Flash | null {
  const value = cookies.read(NAME, headers);
  if (!value) return null;
  try {
    const { tone, text, undo } = JSON.parse(decodeURIComponent(value));
    if (!TONES.includes(tone) || typeof text !== "string" || text === "") return null;
    return { tone, text, ...(isUndo(undo) ? { undo } : {}) };
  } catch {
    return null;
  }
}

/** Headers of a page that tells something: it is told once. */
export function toldHeaders(flash: Flash | null, cookies: CookieMaker): Record<string, string> {
  return flash === null ? {} : { "Set-Cookie": cookies.remove(NAME) };
}

/** Without the undo where the whole would not fit into a cookie: the sentence matters more. */
function written({ tone, text, undo }: Flash): string {
  const plain = { tone, text: text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT - 1)}…` : text };
  const whole = encodeURIComponent(JSON.stringify({ ...plain, undo }));
  return whole.length <= MOST_BYTES ? whole : encodeURIComponent(JSON.stringify(plain));
}

function isUndo(value: unknown): value is Undo {
  if (typeof value !== "object" || value === null) return false;
  const { action, fields } = value as Partial<Undo>;
  return typeof action === "string" && action.startsWith(`${PATH}/`) && typeof fields === "object" && fields !== null &&
    Object.values(fields).every((field) => typeof field === "string");
}
