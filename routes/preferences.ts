import { readForm, safeReturnPath } from "../lib/access/mod.ts";
import { define } from "../utils.ts";

const YEAR_SECONDS = 365 * 24 * 3600;

/** The choices about looks, each a cookie that `_middleware.ts` reads, so that the server draws the page right at once. */
const CHOICES = { theme: ["light", "dark", "system"], rail: ["on", "off"] };

/** Keeps a choice and goes back to the page where it was made. A form, so that it needs no script. */
export const handler = define.handlers({
  async POST(ctx) {
    const form = await readForm(ctx.req);
    const headers = new Headers({ Location: safeReturnPath(form.get("back")) });
    for (const [name, values] of Object.entries(CHOICES)) {
      const value = form.get(name) ?? "";
      if (!values.includes(value)) continue;
      headers.append("Set-Cookie", ctx.state.cookies.set(name, value, YEAR_SECONDS));
    }
    return new Response(null, { status: 303, headers });
  },
});
