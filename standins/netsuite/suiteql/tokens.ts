/**
 * Cuts SuiteQL text into tokens. Knows the lexical rules of the dialect and nothing of grammar.
 */
import { unsupported } from "./refuse.ts";

/** One token. `text` of a word is lower-case, of a string its content; `at` is the offset in the statement. */
export interface Token {
  kind: "word" | "quoted" | "string" | "number" | "param" | "sign" | "end";
  text: string;
  at: number;
}

const SPACE = /\s+|--[^\n]*|\/\*[\s\S]*?\*\//y;
const WORD = /[A-Za-z_][A-Za-z0-9_$#]*/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const STRING = /'((?:[^']|'')*)'/y;
const QUOTED = /"([^"]+)"/y;
const SIGN = /\|\||<=|>=|<>|!=|\^=|[-+*/=<>(),.?]/y;

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/**
 * @param text one SuiteQL statement
 * @returns its tokens, closed by one of kind `end`
 * @throws {SuiteQLError} on signs that the dialect does not have: brackets, `;`, backticks, an open string
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const space = match(SPACE, text, at);
    if (space) {
      at += space[0].length;
      continue;
    }
    const token = next(text, at);
    tokens.push(token.token);
    at += token.length;
  }
  tokens.push({ kind: "end", text: "end of statement", at });
  return tokens;
}

function next(text: string, at: number): { token: Token; length: number } {
  let m: RegExpExecArray | null;
  if ((m = match(WORD, text, at))) return made("word", m[0].toLowerCase(), m);
  if ((m = match(NUMBER, text, at))) {
    if (match(WORD, text, at + m[0].length)) throw unsupported(`"${text.slice(at, at + 20)}" is no number and no name`);
    return made("number", m[0], m);
  }
  if ((m = match(STRING, text, at))) return made("string", m[1]!.replaceAll("''", "'"), m);
  if ((m = match(QUOTED, text, at))) return made("quoted", m[1]!.toLowerCase(), m);
  if ((m = match(SIGN, text, at))) return made(m[0] === "?" ? "param" : "sign", m[0], m);
  const sign = text[at]!;
  if (sign === "[" || sign === "]") throw unsupported("square brackets are not part of SuiteQL");
  if (sign === ";") throw unsupported("one statement only, without a semicolon");
  if (sign === "'") throw unsupported("a string is not closed");
  throw unsupported(`unexpected "${sign}" at ${at}`);
}

function made(kind: Token["kind"], text: string, m: RegExpExecArray): { token: Token; length: number } {
  return { token: { kind, text, at: m.index }, length: m[0].length };
}
