import { RAIL_COOKIE, THEME_COOKIE } from "../components/preferences.ts";
import { safeReturnPath } from "../lib/access/mod.ts";
import { define } from "../utils.ts";

const YEAR_SECONDS = 365 * 24 * 3600;

/** Keeps a choice about the looks in a cookie and goes back to where it was made. A form, so that it needs no script. */
export const handler = define.handlers({
  async POST(ctx) {
    const form = await ctx.req.formData();
    const headers = new Headers({ Location: safeReturnPath(String(form.get("back") ?? "/")) });
    const secure = ctx.url.protocol === "https:" ? "; Secure" : "";
    const keep = (name: string, value: string) =>
      headers.append(
        "Set-Cookie",
        `${name}=${value}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax; HttpOnly${secure}`,
      );
    const theme = form.get("theme");
    if (theme === "light" || theme === "dark" || theme === "system") keep(THEME_COOKIE, theme);
    const rail = form.get("rail");
    if (rail === "on" || rail === "off") keep(RAIL_COOKIE, rail);
    return new Response(null, { status: 303, headers });
  },
});
