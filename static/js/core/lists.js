// A list of timed lots: which of them the auctioneer opens in one go.

/**
 * The lots that open together with `first`: all of its group that are to come, or where it has none, the timed lots that
 * follow it without one. They end as a group, or staggered, each after its own time.
 */
export function openingTogether(screen, first) {
  if (first?.format !== "timed") return [];
  const lots = screen.lots.slice(screen.lots.indexOf(first));
  const canOpen = (lot) => lot.format === "timed" && lot.status === "pending" && lot.start_minor !== null;
  const group = screen.own(first)?.group ?? null;
  const sameGroup = (lot) => (screen.own(lot)?.group ?? null) === group;
  if (group !== null) return lots.filter((lot) => canOpen(lot) && sameGroup(lot));
  const end = lots.findIndex((lot) => !canOpen(lot) || !sameGroup(lot));
  return end < 0 ? lots : lots.slice(0, end);
}
