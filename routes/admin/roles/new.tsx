import { page } from "fresh";
import { ChoiceField, TextField } from "../../../components/admin/Field.tsx";
import { Button, LinkButton } from "../../../components/Button.tsx";
import { Card } from "../../../components/Card.tsx";
import { Notice } from "../../../components/Notice.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { Shell } from "../../../components/Shell.tsx";
import { covers, readForm, type RoleView } from "../../../lib/access/mod.ts";
import { AppError } from "../../../lib/errors.ts";
import { define, type State } from "../../../utils.ts";

interface Data {
  roles: RoleView[];
  name: string;
  from: string;
  problem: string | null;
}

export const handler = define.handlers({
  async GET(ctx) {
    return page(await look(ctx.state, "", ctx.url.searchParams.get("from") ?? "", null));
  },

  async POST(ctx) {
    const form = await readForm(ctx.req);
    const [name, from] = [form.get("name") ?? "", form.get("from") ?? ""];
    try {
      const { roles } = ctx.state.services.access;
      const made = await roles.create({ name, ...(from === "" ? {} : { from }) }, ctx.state.person!);
      return ctx.redirect(`/admin/roles?role=${made.id}`, 303);
    } catch (error) {
      if (!(error instanceof AppError) || error.recovery !== "reject_request") throw error;
      const status = error.code === "beyond_own_rights" ? 403 : 422;
      return page(await look(ctx.state, name, from, error.message), { status });
    }
  },
});

/** Offers what the person may give away, nothing else. */
async function look({ services, person }: State, name: string, from: string, problem: string | null): Promise<Data> {
  const roles = (await services.access.roles.list()).filter((role) => person !== null && covers(person, role));
  return { roles, name, from: roles.some((role) => role.id === from) ? from : "", problem };
}

export default define.page<typeof handler>(function NewRolePage({ data, state, url }) {
  const { roles, name, from, problem } = data;
  const source = roles.find((role) => role.id === from);
  const title = source ? `Clone ${source.name}` : "New role";
  return (
    <Shell
      state={state}
      url={url}
      title={title}
      crumbs={[{ label: "Admin" }, { label: "Role Permissions", href: "/admin/roles" }]}
    >
      <PageHead title={title}>Permissions and rows are set on the next page</PageHead>
      <Card class="max-w-lg" label={title}>
        {problem && (
          <div class="mb-4">
            <Notice tone="wrong" title="The role was not made." role="alert">{problem}</Notice>
          </div>
        )}
        <form class="grid gap-4" method="post" action="/admin/roles/new">
          <TextField name="name" label="Name" value={name} required maxLength={60} />
          <ChoiceField
            name="from"
            label="Begin with"
            value={from}
            options={[
              { value: "", label: "No permissions" },
              ...roles.map((role) => ({ value: role.id, label: `What ${role.name} allows` })),
            ]}
          />
          <div class="flex gap-2">
            <Button look="primary">Make role</Button>
            <LinkButton href="/admin/roles">Cancel</LinkButton>
          </div>
        </form>
      </Card>
    </Shell>
  );
});
