import { can, readForm, refusalOf, SEE_AS_COOKIE } from "../lib/access/mod.ts";
import { AppError } from "../lib/errors.ts";
import { define } from "../utils.ts";

/**
 * Begins to look through a role, or leaves it again (no `role` in the form). The cookie only ever takes rights away:
 * `lib/access` cuts the person's own rights down to those of the role.
 */
export const handler = define.handlers({
  async POST(ctx) {
    const { person, services: { access, audit } } = ctx.state;
    const role = (await readForm(ctx.req)).get("role") ?? "";
    const { cookies } = ctx.state;
    if (role === "") {
      if (person?.seesAs) {
        await audit.write({ action: "role.preview_ended", subject: { kind: "role", ...person.seesAs } });
      }
      return leadTo("/admin/roles", cookies.remove(SEE_AS_COOKIE));
    }
    if (!can(person, "roles:manage")) throw new AppError(refusalOf("roles:manage"), "forbidden", "reject_request");
    const found = await access.roles.find(role);
    if (found === null) throw new AppError("There is no such role.", "unknown_role", "reject_request");
    await audit.write({
      action: "role.preview_started",
      subject: { kind: "role", id: found.id, name: found.name },
    });
    return leadTo("/", cookies.set(SEE_AS_COOKIE, found.id, 3600));
  },
});

function leadTo(path: string, cookie: string): Response {
  return new Response(null, { status: 303, headers: { Location: path, "Set-Cookie": cookie } });
}
