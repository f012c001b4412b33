/** How the concurrency of the account is used: one cell a slot, filled in use, hollow free, hatched kept for others. */
export function Slots({ inUse, total, kept }: { inUse: number; total: number; kept: number }) {
  const own = Math.max(0, total - kept);
  const cells = Array.from({ length: total }, (_, i) => i < inUse ? "slot-used" : i < own ? "slot-free" : "slot-kept");
  const words = `${inUse} of ${total} slots in use, ${Math.max(0, own - inUse)} free, ${kept} kept for others`;
  return (
    <span class="slots" role="img" aria-label={words}>
      {cells.map((cell, i) => <i key={i} class={cell} />)}
    </span>
  );
}
