/** Reads JSON with comments and trailing commas, as `deno.json` may have them. */
export function parseJsonc(text: string): unknown {
  const tokens = /"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*[}\]])/g;
  return JSON.parse(text.replace(tokens, (token) => token.startsWith('"') ? token : ""));
}
