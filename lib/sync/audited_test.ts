import assert from "node:assert/strict";
import { actAs, type Actor } from "../access/actor.ts";
import type { Audit } from "../access/audit.ts";
import type { AuditEvent } from "../access/audit_entry.ts";
import { auditedSync } from "./audited.ts";
import type { Sync } from "./mod.ts";

function made() {
  const events: AuditEvent[] = [], actors: (Actor | undefined)[] = [];
  const write = (event: AuditEvent, actor?: Actor) => Promise.resolve(void (events.push(event), actors.push(actor)));
  const audit = { write } as unknown as Audit;
  const rows = (count: number) => Array.from({ length: count }, () => ({}));
  const bare = {
    requestRun: ({ kind }: { kind: string }) =>
      kind === "full" ? Promise.resolve({ id: 7, kind, isDryRun: false }) : Promise.reject(new Error("no")),
    pauseRun: () => Promise.resolve({}),
    resumeRun: () => Promise.reject(new Error("over")),
    cancelRun: () => Promise.resolve({}),
    status: () => Promise.resolve({ account: "1" }),
    marts: { rebuild: () => Promise.resolve({}) },
    schedules: {
      save: (input: object) => Promise.resolve({ id: "s1", ...input }),
      remove: (id: string) => id === "s1" ? Promise.resolve() : Promise.reject(new Error("no")),
    },
    quarantine: {
      edit: () => Promise.resolve({}),
      undoEdit: () => Promise.resolve({}),
      replay: () => Promise.resolve({ replayed: 2, refused: 1, outdated: 0 }),
      async *walk() {
        yield rows(3);
        yield await Promise.resolve(rows(2));
      },
    },
  } as unknown as Sync;
  return { sync: auditedSync(bare, audit), events, actors };
}

Deno.test("auditedSync writes down what people do, after it was done, and nothing that failed or only looked", async () => {
  const { sync, events } = made();
  await sync.requestRun({ kind: "full", requestedBy: "Ada" });
  await assert.rejects(sync.requestRun({ kind: "proof", requestedBy: "Ada" }));
  await sync.pauseRun(7, "Ada");
  await assert.rejects(sync.resumeRun(7, "Ada"));
  await sync.cancelRun(7, "Ada");
  await sync.status();
  await sync.quarantine.edit("customers/7", { raw: { email: "secret@example.com" } }, "Ada");
  await sync.quarantine.undoEdit("customers/7");
  await sync.quarantine.replay({ stream: "customers" } as never, "Ada");
  for await (const _ of sync.quarantine.walk({ stream: "customers" })) { /* an export reads on */ }
  assert.deepEqual(events.map((event) => event.action), [
    "run.requested",
    "run.paused",
    "run.cancelled",
    "quarantine.edited",
    "quarantine.edit_undone",
    "quarantine.replayed",
    "data.exported",
  ]);
  assert.deepEqual(events[0]!.subject, { kind: "run", id: "7", name: "Run 7" });
  assert.deepEqual(events[6]!.details, { format: "csv", rows: 5, filters: "stream=customers" });
  assert.doesNotMatch(JSON.stringify(events), /secret@example/, "values of rows do not belong into the log");
});

Deno.test("auditedSync writes down what became of schedules, and that totals are rebuilt", async () => {
  const { sync, events } = made();
  const input = { name: "Orders", kind: "proof" as const, streams: [], cron: "0 * * * *", zone: "UTC", quiet: null };
  await sync.schedules.save({ ...input, isEnabled: true }, "Ada");
  await sync.schedules.remove("s1");
  await sync.marts.rebuild();
  await assert.rejects(sync.schedules.remove("s2"));
  assert.deepEqual(events.map(({ action, subject }) => [action, subject?.id, subject?.name]), [
    ["schedule.saved", "s1", "Orders"],
    ["schedule.removed", "s1", undefined],
    ["marts.rebuilt", undefined, undefined],
  ]);
  assert.deepEqual(events[0]!.details, {
    ...{ kind: "proof", streams: "all", cron: "0 * * * *", zone: "UTC", quiet: "none", isEnabled: true },
  });
});

Deno.test("auditedSync writes a download down that is broken off before its end, in the name of who asked for it", async () => {
  const { sync, events, actors } = made();
  const ada: Actor = { kind: "person", id: "1", name: "Ada", address: "192.0.2.1" };
  const walk = actAs(ada, () => sync.quarantine.walk({ stream: "customers" }));
  assert.equal((await walk.next()).value?.length, 3);
  await walk.return(undefined); // the caller hangs up: no request is under way any more
  assert.deepEqual(events.map(({ action, details }) => [action, details?.rows]), [["data.exported", 3]]);
  assert.equal(actors[0]?.name, "Ada");
});
