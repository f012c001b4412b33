import type { IndexWish } from "../../store/indexes.ts";

const KEPT_S = 400 * 86_400;

/** The indexes of alerts, and of what looking for problems reads. */
export const ALERT_INDEXES: IndexWish[] = [
  // one alert for a problem, of however many processes that see it
  { collection: "sync_alerts", key: { open: 1 }, unique: true, sparse: true },
  { collection: "sync_alerts", key: { untold: 1 }, sparse: true },
  { collection: "sync_alerts", key: { closedAt: 1 }, expireAfterSeconds: KEPT_S },
  { collection: "sync_alert_messages", key: { channel: 1, state: 1, createdAt: 1, order: 1 } },
  { collection: "sync_alert_messages", key: { createdAt: 1 }, expireAfterSeconds: KEPT_S },
  { collection: "sync_runs", key: { kind: 1, _id: -1 } },
  { collection: "quarantine", key: { firstSeenAt: 1 } },
];
