/**
 * The filter of every read of a stream collection: leaves tombstones out. A report that forgets it counts records that
 * NetSuite no longer has, which is what users of other connectors complain about.
 */
export const LIVE = { deletedAt: { $exists: false } } as const;
