// A comment's inside must not be able to grow past its end when the expression looks for another way.
const COMMENT = String.raw`\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*\/`;
const TOKENS = new RegExp(String.raw`"(?:\\.|[^"\\])*"|${COMMENT}|,(?=(?:\s|${COMMENT})*[}\]])`, "g");

/** Reads JSON with comments and trailing commas, as `deno.json` may have them. */
export function parseJsonc(text: string): unknown {
  return JSON.parse(text.replace(TOKENS, (token) => token.startsWith('"') ? token : ""));
}
