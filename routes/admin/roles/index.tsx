import { page } from "fresh";
import { readMatrix, type SentMatrix } from "../../../components/admin/matrix.ts";
import type { Named } from "../../../components/admin/limit_words.ts";
import { readRoleForm } from "../../../components/admin/role_form.ts";
import { ReviewChanges } from "../../../components/admin/ReviewChanges.tsx";
import { RoleCard } from "../../../components/admin/RoleCard.tsx";
import { RolesMatrix } from "../../../components/admin/RolesMatrix.tsx";
import { LinkButton } from "../../../components/Button.tsx";
import { counted } from "../../../components/format.ts";
import { Notice } from "../../../components/Notice.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { Shell } from "../../../components/Shell.tsx";
import { MOST_MATRIX_BYTES, readForm, type RoleView, scopeOf } from "../../../lib/access/mod.ts";
import { AppError } from "../../../lib/errors.ts";
import { readLimitChoices } from "../../../lib/reports/limit_choices.ts";
import { define, type State } from "../../../utils.ts";

interface Data {
  roles: RoleView[];
  names: Named;
  shown: RoleView | null;
  /** What was sent and is to be looked at before it is saved. */
  review: SentMatrix | null;
  problem: string | null;
  now: string;
}

export const handler = define.handlers({
  async GET(ctx) {
    return page(await look(ctx.state, { role: ctx.url.searchParams.get("role") }));
  },

  /** Reviews and saves the matrix; names, limits and removes one role. */
  async POST(ctx) {
    const { state } = ctx;
    const { roles } = state.services.access;
    const person = state.person!; // the page's rule asks for one
    const form = await readForm(ctx.req, MOST_MATRIX_BYTES);
    const role = form.get("role");
    try {
      switch (form.get("act")) {
        case "review": {
          const review = readMatrix(form, await roles.list(), person);
          if (review.changes.length === 0) return ctx.redirect("/admin/roles", 303);
          return page(await look(state, { review }));
        }
        case "save": {
          const { changes, versions } = readMatrix(form, await roles.list(), person);
          await roles.change(changes, versions, person);
          return ctx.redirect("/admin/roles", 303);
        }
        case "describe":
          await roles.describe(role ?? "", readRoleForm(form), person);
          return ctx.redirect(`/admin/roles?role=${encodeURIComponent(role ?? "")}`, 303);
        case "remove":
          await roles.remove(role ?? "", person);
          return ctx.redirect("/admin/roles", 303);
      }
      throw new AppError("The form does not say what to do.", "bad_role", "reject_request");
    } catch (error) {
      if (!(error instanceof AppError) || error.recovery !== "reject_request") throw error;
      const status = error.code === "beyond_own_rights" ? 403 : 409;
      return page(await look(state, { role, problem: error.message }), { status });
    }
  },
});

async function look(
  { services: { access, store }, person }: State,
  asked: { role?: string | null; review?: SentMatrix; problem?: string },
): Promise<Data> {
  const [roles, names] = await Promise.all([access.roles.list(), readLimitChoices(store, scopeOf(person))]);
  return {
    roles,
    names,
    shown: roles.find((role) => role.id === asked.role) ?? null,
    review: asked.review ?? null,
    problem: asked.problem ?? null,
    now: new Date().toISOString(),
  };
}

export default define.page<typeof handler>(function RolesPage({ data, state, url }) {
  const { roles, names, shown, review, problem, now } = data;
  const people = roles.reduce((sum, role) => sum + role.people, 0);
  const own = state.person ?? { permissions: [], limits: {} };
  const frame = { state, url, crumbs: [{ label: "Admin" }] };
  if (review) {
    return (
      <Shell
        {...frame}
        title="Review changes"
        crumbs={[{ label: "Admin" }, { label: "Role Permissions", href: "/admin/roles" }]}
      >
        <PageHead title="Review changes">Nothing is saved yet</PageHead>
        <ReviewChanges roles={roles} changes={review.changes} versions={review.versions} />
      </Shell>
    );
  }
  return (
    <Shell {...frame} title="Role Permissions">
      <PageHead
        title="Role Permissions"
        actions={<LinkButton icon="plus" href="/admin/roles/new">New role</LinkButton>}
      >
        {counted(roles.length, "role")},{" "}
        {counted(people, "person", "people")}. What a role does not allow, nobody in it can see or do
      </PageHead>
      {problem && (
        <div class="mb-4">
          <Notice tone="wrong" title="Nothing was changed." role="alert">{problem}</Notice>
        </div>
      )}
      <div class="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_19rem]">
        <RolesMatrix roles={roles} shown={shown?.id ?? null} own={own} names={names} />
        <div class="grid gap-4">
          {shown
            ? <RoleCard role={shown} names={names} now={now} isOwn={shown.id === state.person?.role} />
            : (
              <section class="card p-5 text-xs text-muted" aria-label="How to read it">
                Open a role by its name to rename it, to limit its rows, or to see Tidemark as it. A lock is what cannot
                be changed here: Admin always allows everything, and nobody gives or takes what the own role lacks.
              </section>
            )}
        </div>
      </div>
    </Shell>
  );
});
