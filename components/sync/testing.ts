import type {
  HistoryDayView,
  QuarantineView,
  RunView,
  ScheduleView,
  StreamView,
  SyncStatus,
} from "../../lib/sync/views.ts";

/** The clock of every view made here. */
export const NOW = "2026-11-19T14:36:18.000Z";

/** A full run at 63 %, with what a test wants otherwise. For tests only. */
export function aRun(given: Partial<RunView> = {}): RunView {
  return {
    id: 1284,
    kind: "full",
    status: "running",
    streams: ["customers", "transactions"],
    requestedBy: "Dana Whitfield",
    priority: "person",
    isDryRun: false,
    range: null,
    waitsFor: [],
    haltedBy: null,
    createdAt: "2026-11-19T14:24:09.000Z",
    startedAt: "2026-11-19T14:24:10.000Z",
    endedAt: null,
    tookMs: null,
    share: .63,
    rowsRead: 6300,
    rowsExpected: 10_000,
    written: 5000,
    unchanged: 1300,
    deleted: 0,
    quarantined: 0,
    chunksDone: 6,
    chunksTotal: 10,
    chunksWorking: 3,
    restarts: 0,
    requests: 12,
    throttled: 0,
    ratePerSecond: 9,
    ceilingShare: .8,
    recentRates: [8, 9],
    secondsLeft: 420,
    error: null,
    ...given,
  };
}

/** A stream at rest. For tests only. */
export function aStream(given: Partial<StreamView> = {}): StreamView {
  return {
    name: "customers",
    table: "customer",
    state: "idle",
    rowsRead: 0,
    rowsExpected: null,
    share: null,
    watermark: "2026-11-19T14:35:00.000Z",
    lagMs: 78_000,
    documents: 5000,
    tombstones: 0,
    quarantined: 0,
    lastRunId: 1283,
    proof: { outcome: "proved", at: "2026-11-19T09:30:00.000Z", rows: 19_820, repaired: 0, differing: 0 },
    strategy: "changes",
    deletes: "deletedrecord",
    ...given,
  };
}

/** A mirror that is level, between two runs. For tests only. */
export function aStatus(given: Partial<SyncStatus> = {}): SyncStatus {
  return {
    now: NOW,
    account: "1234567",
    tide: { state: "level", share: null, watermark: "2026-11-19T14:35:00.000Z", text: "Level with NetSuite" },
    connection: { state: "ok", answeredMs: 420, checkedAt: NOW, message: null },
    current: null,
    running: [],
    streams: [aStream(), aStream({ name: "transactions", table: "transaction" })],
    runs: [],
    documents: 10_000,
    slots: { inUse: 0, total: 5, kept: 1 },
    ...given,
  };
}

/** A contact whose e-mail address is none. For tests only. */
export function aRefusedRow(given: Partial<QuarantineView> = {}): QuarantineView {
  return {
    id: "contacts/48211",
    stream: "contacts",
    key: 48211,
    reasons: ['email "mary@@contoso" must be an e-mail address'],
    raw: { tm_key0: "48211", companyname: "Contoso", email: "mary@@contoso" },
    children: [],
    original: null,
    columns: { raw: ["companyname", "email", "phone"], children: [] },
    isEdited: false,
    editedBy: null,
    editedAt: null,
    firstSeenAt: "2026-11-18T09:30:00.000Z",
    lastSeenAt: "2026-11-19T14:30:00.000Z",
    times: 3,
    runId: 1283,
    isMirrored: true,
    ...given,
  };
}

/** A proof each night. For tests only. */
export function aSchedule(given: Partial<ScheduleView> = {}): ScheduleView {
  return {
    id: "nightly-proof",
    name: "Nightly proof",
    kind: "proof",
    streams: [],
    cron: "30 2 * * *",
    zone: "Europe/Berlin",
    quiet: null,
    isEnabled: true,
    nextDueAt: "2026-11-20T01:30:00.000Z",
    lastDueAt: "2026-11-19T01:30:00.000Z",
    lastRunId: 1270,
    note: null,
    isBuiltIn: false,
    updatedBy: "system",
    updatedAt: "2026-11-01T09:00:00.000Z",
    ...given,
  };
}

/** A quiet day of the history. For tests only. */
export function aDay(given: Partial<HistoryDayView> = {}): HistoryDayView {
  return {
    date: "2026-11-19",
    runs: { complete: 96, incomplete: 0, failed: 0, cancelled: 0 },
    rowsRead: 1200,
    written: 310,
    deleted: 2,
    quarantined: 0,
    requests: 400,
    throttled: 0,
    medianSeconds: 4,
    longestSeconds: 38,
    slotShare: .2,
    worstLagSeconds: 90,
    ...given,
  };
}
