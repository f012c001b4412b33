import { page } from "fresh";
import { Button, LinkButton } from "../../../components/Button.tsx";
import { Card } from "../../../components/Card.tsx";
import { Empty } from "../../../components/Empty.tsx";
import { goTelling, readFlash, toldHeaders } from "../../../components/flash.ts";
import { FlashNotice } from "../../../components/FlashNotice.tsx";
import { TimesIn } from "../../../components/Moment.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { Shell } from "../../../components/Shell.tsx";
import { csvHref, queryOf, readAddress } from "../../../components/sync/quarantine/address.ts";
import { MendedCard } from "../../../components/sync/quarantine/MendedCard.tsx";
import { QuarantineFilters } from "../../../components/sync/quarantine/QuarantineFilters.tsx";
import { QuarantineTable } from "../../../components/sync/quarantine/QuarantineTable.tsx";
import { Reasons } from "../../../components/sync/quarantine/Reasons.tsx";
import { replayWords } from "../../../components/sync/quarantine/words.ts";
import { SyncTabs } from "../../../components/sync/SyncTabs.tsx";
import { can, readForm } from "../../../lib/access/mod.ts";
import { AppError } from "../../../lib/errors.ts";
import SyncKeys from "../../../islands/SyncKeys.tsx";
import { define } from "../../../utils.ts";

const ROWS = 50, MENDED = 20;
/** A form names as many rows as a page has, and no id is longer than 300 characters. */
const MOST_FORM_BYTES = 64 * 1024;

export const handler = define.handlers({
  async GET(ctx) {
    const { quarantine } = ctx.state.services.sync;
    const asked = readAddress(ctx.url.searchParams);
    const [rows, mended] = await Promise.all([quarantine.list({ ...asked, limit: ROWS }), quarantine.applied(MENDED)]);
    const flash = readFlash(ctx.req.headers, ctx.state.cookies);
    return page({ asked, rows, mended, flash, now: new Date().toISOString() }, {
      headers: toldHeaders(flash, ctx.state.cookies),
    });
  },

  /** Replays the rows that are ticked, those of a stream, or all. */
  async POST(ctx) {
    const { quarantine } = ctx.state.services.sync;
    const form = await readForm(ctx.req, MOST_FORM_BYTES);
    const back = `/sync/quarantine${queryOf(readAddress(ctx.url.searchParams))}`;
    const act = form.get("act"), stream = form.get("stream") ?? "", ids = form.getAll("id").slice(0, ROWS);
    const scope = act === "all" ? { all: true } as const : act === "stream" ? { stream } : { ids };
    if ("ids" in scope && ids.length === 0) {
      return goTelling(back, { tone: "attention", text: "Nothing was replayed: no row is ticked." }, ctx.state.cookies);
    }
    try {
      const done = await quarantine.replay(scope, ctx.state.person?.name ?? "unknown");
      return goTelling(back, replayWords(done), ctx.state.cookies);
    } catch (error) {
      if (!(error instanceof AppError) || error.recovery !== "reject_request") throw error;
      return goTelling(back, { tone: "wrong", text: error.message }, ctx.state.cookies);
    }
  },
});

export default define.page<typeof handler>(function QuarantinePage({ data, state, url }) {
  const { asked, rows, mended, flash, now } = data;
  const { person } = state;
  const mayMend = can(person, "sync:manage");
  const isFiltered = Boolean(asked.stream || asked.reason || asked.text);
  const scope = asked.stream ? "stream" : "all";
  return (
    <Shell state={state} url={url} title="Quarantine" crumbs={[{ label: "Sync", href: "/sync" }]}>
      <PageHead
        title="Quarantine"
        actions={rows.total > 0 && (
          <>
            {can(person, "data:export") && (
              <LinkButton icon="download" href={csvHref(asked)} download shortcut="E">CSV</LinkButton>
            )}
            {mayMend && (
              <form method="post" action={`/sync/quarantine${queryOf(asked)}`}>
                <input type="hidden" name="act" value={scope} />
                {asked.stream && <input type="hidden" name="stream" value={asked.stream} />}
                <Button icon="return" title="Sends them through cleaning once more; nothing newer is overwritten">
                  {asked.stream ? `Replay all of ${asked.stream}` : "Replay all"}
                </Button>
              </form>
            )}
          </>
        )}
      >
        Rows that their stream could not take. <TimesIn />
      </PageHead>
      <SyncTabs person={person} path="/sync/quarantine" quarantined={isFiltered ? 0 : rows.total} />
      <div class="grid gap-4">
        <FlashNotice flash={flash} />
        <div>
          {(rows.total > 0 || isFiltered) && <QuarantineFilters asked={asked} />}
          {rows.rows.length === 0
            ? (
              <Card label="Rows in quarantine">
                {isFiltered || asked.after
                  ? (
                    <Empty
                      title="No rows match these filters"
                      action={<a class="go" href="/sync/quarantine">Show all</a>}
                    >
                      They may have been replayed, or have come well by themselves.
                    </Empty>
                  )
                  : (
                    <Empty icon="circle-check" title="Nothing is in quarantine">
                      Every row that NetSuite gave is in the mirror. A row that its stream cannot take comes here, raw,
                      with the reasons.
                    </Empty>
                  )}
              </Card>
            )
            : (
              <div class="grid items-start gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
                <QuarantineTable page={rows} asked={asked} now={now} mayMend={mayMend} />
                <Reasons page={rows} asked={asked} />
              </div>
            )}
        </div>
        <MendedCard rows={mended} now={now} mayMend={mayMend} />
      </div>
      <SyncKeys />
    </Shell>
  );
});
