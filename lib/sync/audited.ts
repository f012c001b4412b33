import { type Actor, currentActor } from "../access/actor.ts";
import type { Audit } from "../access/audit.ts";
import type { AuditEvent } from "../access/audit_entry.ts";
import type { Sync } from "./mod.ts";

/**
 * The sync with every act of a person written down. Pages and the API get this one; schedules and the worker use the bare
 * one, so that what the program does by itself each minute does not fill the log: runs have their own history.
 *
 * An act is written after it was done, and its answer waits for that.
 */
export function auditedSync(sync: Sync, audit: Audit): Sync {
  const { quarantine, schedules, marts, alerts } = sync;
  /** Does an act, then writes it down. */
  async function noted<T>(act: Promise<T>, event: (result: T) => AuditEvent): Promise<T> {
    const result = await act;
    await audit.write(event(result));
    return result;
  }
  /** A download is written down however it ends: whoever breaks it off before its last row has the others. */
  async function* notedWalk(filter: Parameters<typeof quarantine.walk>[0], actor: Actor) {
    let rows = 0;
    try {
      for await (const batch of quarantine.walk(filter)) {
        rows += batch.length;
        yield batch;
      }
    } finally {
      await audit.write({
        action: "data.exported",
        subject: { kind: "report", id: "quarantine", name: "Quarantine" },
        details: { format: "csv", rows, filters: new URLSearchParams(Object.entries(filter)).toString() },
      }, actor);
    }
  }
  const ofRun = (id: number) => ({ kind: "run", id: `${id}`, name: `Run ${id}` });
  const row = (id: string) => ({ kind: "quarantined row", id });
  return {
    ...sync,
    requestRun: (request) =>
      noted(sync.requestRun(request), (run) => ({
        action: "run.requested",
        subject: ofRun(run.id),
        details: { kind: run.kind, streams: request.streams ?? "all", isDryRun: run.isDryRun },
      })),
    pauseRun: (id, by) => noted(sync.pauseRun(id, by), () => ({ action: "run.paused", subject: ofRun(id) })),
    resumeRun: (id, by) => noted(sync.resumeRun(id, by), () => ({ action: "run.resumed", subject: ofRun(id) })),
    cancelRun: (id, by) => noted(sync.cancelRun(id, by), () => ({ action: "run.cancelled", subject: ofRun(id) })),
    schedules: {
      ...schedules,
      save: (input, by) =>
        noted(schedules.save(input, by), ({ id, name, kind, streams, cron, zone, quiet, isEnabled }) => ({
          action: "schedule.saved",
          subject: { kind: "schedule", id, name },
          details: {
            kind,
            streams: streams.length > 0 ? streams : "all",
            cron,
            zone,
            quiet: quiet ? `${quiet.from} to ${quiet.to}` : "none",
            isEnabled,
          },
        })),
      remove: (id) =>
        noted(schedules.remove(id), () => ({ action: "schedule.removed", subject: { kind: "schedule", id } })),
    },
    marts: {
      ...marts,
      rebuild: () => noted(marts.rebuild(), () => ({ action: "marts.rebuilt" })),
      recount: (range) =>
        noted(marts.recount(range), ({ days }) => ({ action: "marts.recounted", details: { ...range, days } })),
    },
    alerts: {
      ...alerts,
      test: (by) =>
        noted(alerts.test(by), (results) => ({
          action: "alerts.tested",
          details: Object.fromEntries(results.map(({ channel, error }) => [channel, error ?? "sent"])),
        })),
    },
    quarantine: {
      ...quarantine,
      edit: (id, changes, by) =>
        noted(quarantine.edit(id, changes, by), () => ({
          action: "quarantine.edited",
          subject: row(id),
          // names of columns, never their values: those are business data
          details: { columns: Object.keys(changes.raw ?? {}), lines: Object.keys(changes.children ?? {}) },
        })),
      undoEdit: (id) => noted(quarantine.undoEdit(id), () => ({ action: "quarantine.edit_undone", subject: row(id) })),
      replay: (scope, by, onProgress) =>
        noted(quarantine.replay(scope, by, onProgress), ({ replayed, refused, outdated }) => ({
          action: "quarantine.replayed",
          details: { what: JSON.stringify(scope).slice(0, 500), replayed, refused, outdated },
        })),
      walk: (filter) => notedWalk(filter, currentActor()),
    },
  };
}
