import { page } from "fresh";
import { KeyForm, type KeyInput } from "../../../components/admin/KeyForm.tsx";
import { KeysTable } from "../../../components/admin/KeysTable.tsx";
import { Card } from "../../../components/Card.tsx";
import { Empty } from "../../../components/Empty.tsx";
import { counted } from "../../../components/format.ts";
import { TimesIn } from "../../../components/Moment.tsx";
import { Notice } from "../../../components/Notice.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { Shell } from "../../../components/Shell.tsx";
import { can, type KeyView, type Person, readForm } from "../../../lib/access/mod.ts";
import { AppError } from "../../../lib/errors.ts";
import { define, type State } from "../../../utils.ts";

interface Data {
  keys: KeyView[];
  /** True: also the keys of others are listed. */
  ofAll: boolean;
  /** The key that was just made: shown this once. */
  made: { name: string; text: string } | null;
  given: KeyInput;
  problem: string | null;
  now: string;
}

const USUAL: KeyInput = { name: "", scopes: [], days: "90", perMinute: "120" };

export const handler = define.handlers({
  async GET(ctx) {
    return page(await look(ctx.state, {}));
  },

  /** Makes or revokes a key. The answer to the making shows the key: it is stored nowhere and cannot be shown again. */
  async POST(ctx) {
    const { keys } = ctx.state.services.access;
    const person = ctx.state.person!; // the page's rule asks for one
    const form = await readForm(ctx.req);
    const given = {
      name: form.get("name") ?? "",
      scopes: form.getAll("scope"),
      days: form.get("days") ?? "",
      perMinute: form.get("perMinute") ?? "",
    };
    try {
      if (form.get("act") === "revoke") {
        await keys.revoke(form.get("key") ?? "", seesAll(person) ? undefined : person.id);
        return ctx.redirect("/admin/keys", 303);
      }
      const wanted = { ...given, days: wholeOf(given.days), perMinute: wholeOf(given.perMinute) };
      const { key, text } = await keys.create(wanted, person);
      return page(await look(ctx.state, { made: { name: key.name, text } }));
    } catch (error) {
      const isTold = error instanceof AppError && error.recovery === "reject_request" && error.code !== "unknown_key";
      if (!isTold) throw error;
      const status = error.code === "beyond_own_rights" ? 403 : 422;
      return page(await look(ctx.state, { given, problem: error.message }), { status });
    }
  },
});

/** Who manages people sees and revokes the keys of all; everybody else only the own ones. */
const seesAll = (person: Person | null) => can(person, "users:manage");

const wholeOf = (text: string) => /^\d{1,6}$/.test(text) ? Number(text) : NaN;

async function look({ person, services }: State, more: Partial<Data>): Promise<Data> {
  const ofAll = seesAll(person);
  const keys = await services.access.keys.list(ofAll ? undefined : person?.id ?? "");
  return { keys, ofAll, made: null, given: USUAL, problem: null, now: new Date().toISOString(), ...more };
}

export default define.page<typeof handler>(function KeysPage({ data, state, url }) {
  const { keys, ofAll, made, given, problem, now } = data;
  const usable = keys.filter((key) => key.state === "usable").length;
  return (
    <Shell state={state} url={url} title="API keys" crumbs={[{ label: "Admin" }]}>
      <PageHead title="API keys">
        {ofAll ? "Keys of everybody" : "Your keys"}, {counted(usable, "usable one")}. <TimesIn />
      </PageHead>
      {made && (
        <div class="mb-4">
          <Notice tone="good" title={`The key ${made.name} is made.`} role="status">
            Copy it now: it is shown this once and stored nowhere.
            <code class="mt-2 block overflow-x-auto rounded border border-line bg-base-100 p-3 text-list select-all">
              {made.text}
            </code>
            <span class="mt-2 block text-muted">
              Send it with each request below <code>/api/v1</code> as <code>Authorization: Bearer tm_…</code>
            </span>
          </Notice>
        </div>
      )}
      <div class="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_19rem]">
        <Card title="Keys" flush>
          {keys.length === 0
            ? <Empty icon="key" title="There is no key yet">A program that reads the API needs one.</Empty>
            : <KeysTable keys={keys} now={now} withOwner={ofAll} />}
        </Card>
        <Card title="New key" subtitle="It never has more rights than you, also when yours become fewer">
          {problem && (
            <div class="mb-4">
              <Notice tone="wrong" title="The key was not made." role="alert">{problem}</Notice>
            </div>
          )}
          <KeyForm given={given} own={state.person?.permissions ?? []} />
        </Card>
      </div>
    </Shell>
  );
});
