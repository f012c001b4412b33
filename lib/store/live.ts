/**
 * The filter of every read of a stream collection: leaves tombstones out. A report that forgets it counts records that
 * NetSuite no longer has, which is what users of other connectors complain about.
 */
export const LIVE = { deletedAt: { $exists: false } } as const;

/**
 * The filter for tombstones alone. A range, not `$exists`, so that every engine answers it from the sparse index: counting
 * tombstones then costs as much as there are of them.
 */
export const TOMBSTONES = { deletedAt: { $gt: new Date(0) } };
