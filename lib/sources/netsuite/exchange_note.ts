import type { Answer } from "./answers.ts";

/** What was asked of NetSuite and what it answered, for a person who looks into a failure. Holds no header: no secret. */
export interface ExchangeNote {
  /** Method and path, then the statement and its values, or the body as it was sent. */
  question: string;
  /** HTTP status; null when no answer came. */
  status: number | null;
  /** The first 2,000 characters of the answer's body; null when no answer came. */
  answer: string | null;
}

const MOST_QUESTION = 4_000, MOST_ANSWER = 2_000;
/** Beside the errors and not in them: neither a log nor an inspection of an error prints the exchange. */
const notes = new WeakMap<Error, ExchangeNote>();

/**
 * Keeps the exchange that an error came of. The first note of an error stays.
 *
 * @param sent the request without its headers
 * @param answer null when none came
 */
export function noteExchange(
  error: unknown,
  sent: { method: string; path: string; body?: string | null },
  answer: Pick<Answer, "status" | "body"> | null,
): void {
  if (!(error instanceof Error) || notes.has(error)) return;
  notes.set(error, {
    question: cut(`${sent.method} ${sent.path}${sent.body ? `\n${statementOf(sent.body)}` : ""}`, MOST_QUESTION),
    status: answer?.status ?? null,
    answer: answer === null ? null : cut(answer.body, MOST_ANSWER),
  });
}

/** The exchange that an error, or the error behind it, came of; null where there was none. */
export function exchangeOf(error: unknown): ExchangeNote | null {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth++) {
    const note = notes.get(one);
    if (note) return note;
  }
  return null;
}

/** A SuiteQL statement with its values in a line below; any other body as it is. */
function statementOf(body: string): string {
  try {
    const { q, params } = JSON.parse(body);
    if (typeof q !== "string") return body;
    return Array.isArray(params) && params.length > 0 ? `${q}\nValues: ${params.join(", ")}` : q;
  } catch {
    return body;
  }
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
