import { page } from "fresh";
import { UsersTable } from "../../../components/admin/UsersTable.tsx";
import { Card } from "../../../components/Card.tsx";
import { Empty } from "../../../components/Empty.tsx";
import { counted } from "../../../components/format.ts";
import { Icon } from "../../../components/Icon.tsx";
import { TimesIn } from "../../../components/Moment.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { Paging } from "../../../components/Table.tsx";
import { Shell } from "../../../components/Shell.tsx";
import { define } from "../../../utils.ts";

const ROWS = 50;

export const handler = define.handlers({
  /** Everybody, by name; `q` finds in names and addresses, `role` keeps one role. */
  async GET(ctx) {
    const { people, roles } = ctx.state.services.access;
    const params = ctx.url.searchParams;
    const q = (params.get("q") ?? "").trim().slice(0, 100);
    const role = params.get("role") ?? "";
    const [all, known] = await Promise.all([people.list(), roles.list()]);
    const words = q.toLowerCase();
    const found = all.filter((one) =>
      (role === "" || one.role === role) && `${one.name}\n${one.email}`.toLowerCase().includes(words)
    );
    const asked = params.get("page") ?? "";
    const number = /^[1-9]\d{0,6}$/.test(asked)
      ? Math.min(Number(asked), Math.max(1, Math.ceil(found.length / ROWS)))
      : 1;
    return page({
      shown: found.slice((number - 1) * ROWS, number * ROWS),
      matching: found.length,
      all: all.length,
      roles: known.map(({ id, name }) => ({ id, name })),
      asked: { q, role, page: number },
      now: new Date().toISOString(),
    });
  },
});

export default define.page<typeof handler>(function UsersPage({ data, state, url }) {
  const { shown, matching, all, roles, asked, now } = data;
  const href = (to: number) =>
    `/admin/users?${new URLSearchParams({ q: asked.q, role: asked.role, page: String(to) })}`;
  return (
    <Shell state={state} url={url} title="Users" crumbs={[{ label: "Admin" }]}>
      <PageHead title="Users">
        {counted(all, "account")}. <TimesIn />
      </PageHead>
      <form class="mb-4 flex flex-wrap gap-2" action="/admin/users" role="search" aria-label="Users">
        <label class="input max-sm:h-11 max-sm:w-full">
          <Icon name="search" size={14} class="text-muted" />
          <input type="search" name="q" value={asked.q} aria-label="Name or e-mail" placeholder="Name or e-mail" />
        </label>
        <select class="select w-44 max-sm:h-11 max-sm:flex-1" name="role" aria-label="Role">
          <option value="">All roles</option>
          {roles.map((role) => (
            <option key={role.id} value={role.id} selected={role.id === asked.role}>{role.name}</option>
          ))}
        </select>
        <button class="btn h-9 max-sm:h-11" type="submit">Show</button>
      </form>
      <Card flush label="Everybody">
        {shown.length === 0
          ? (
            <Empty title="Nobody matches" action={<a class="go" href="/admin/users">Show everybody</a>}>
              No account has this name, address or role.
            </Empty>
          )
          : <UsersTable people={shown} now={now} own={state.person?.id ?? null} />}
        {matching > ROWS && <Paging page={asked.page} rows={ROWS} total={matching} href={href} label="users" />}
      </Card>
    </Shell>
  );
});
