/** The page a developer sees for an error that nothing caught: what was thrown, where, and the line of source. */
export function developerErrorPage(error: unknown): Response {
  const title = error instanceof Error ? `${error.name}: ${error.message}` : `Thrown: ${String(error)}`;
  const stack = error instanceof Error ? error.stack ?? "" : "";
  const body = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
<body><h1>${escapeHtml(title)}</h1>${sourceLines(stack)}<pre>${escapeHtml(stack)}</pre></body></html>`;
  return new Response(body, { status: 500, headers: { "content-type": "text/html; charset=utf-8" } });
}

/** The lines around the first place in the stack that lies in a file of the project. */
function sourceLines(stack: string): string {
  for (const found of stack.matchAll(/(file:\/\/[^\s)]+):(\d+):(\d+)/g)) {
    const [, file = "", line = "0"] = found;
    if (file.includes("/node_modules/") || file.startsWith(new URL("..", import.meta.url).href)) continue;
    try {
      const lines = Deno.readTextFileSync(new URL(file)).split("\n");
      const at = Number(line);
      const shown = lines.slice(Math.max(0, at - 4), at + 3).map((text, i) => {
        const number = Math.max(1, at - 3) + i;
        return `${number === at ? ">" : " "} ${String(number).padStart(4)} | ${escapeHtml(text)}`;
      });
      return `<p>${escapeHtml(`${file}:${line}`)}</p><pre>${shown.join("\n")}</pre>`;
    } catch {
      return ""; // the file is gone or may not be read: the stack says enough
    }
  }
  return "";
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
