// The fate of a bid, as the public stream tells it. Pure: no DOM, no clock, no words.

const TELLS = {
  bid_placed: (bids, event) => bids.push({ ...event, voided: null }),
  bid_voided: (bids, { of_seq, reason }) => {
    const gone = bids.findLast((bid) => (of_seq ? bid.seq === of_seq : bid.voided === null));
    if (gone) gone.voided = reason;
  },
  paddle_assigned: (bids, event) => {
    for (const bid of bids) if (event.bids.includes(bid.seq)) bid.paddle = event.paddle;
  },
  // Its bids fell where it does not lead any more; where they bind nothing is told.
  paddle_held: (bids, event, lot) => {
    if (event.lots[lot].leader === event.paddle) return;
    for (const bid of bids) if (bid.paddle === event.paddle) bid.voided ??= "HELD";
  },
};

/** The bids that were made on each lot, and which of them were taken back. Events may come in any order, and twice. */
export class Bids {
  constructor() {
    this.lots = new Map(); // by lot: its events by number
    this.made = new Map(); // by lot: its bids, until another event is noted
  }

  /** Remember an event, if it says something about bids. */
  note(event) {
    if (!["bid_placed", "bid_voided", "paddle_assigned", "paddle_held"].includes(event.kind)) return;
    for (const lot of event.lot ? [event.lot] : Object.keys(event.lots)) {
      this.made.delete(lot);
      this.lots.set(lot, (this.lots.get(lot) ?? new Map()).set(event.seq, event));
    }
  }

  /** The lot's bids in their order: `{seq, paddle, way, amount_minor, leader, voided}`; `voided` is the reason or null. */
  of(lot) {
    const known = this.made.get(lot);
    if (known) return known;
    const bids = [];
    this.made.set(lot, bids);
    for (const event of [...(this.lots.get(lot)?.values() ?? [])].sort((a, b) => a.seq - b.seq)) TELLS[event.kind](bids, event, lot);
    return bids;
  }

  /** The bids of all lots. */
  get all() {
    return [...this.lots.keys()].flatMap((lot) => this.of(lot));
  }

  /** A paddle's last bid on a lot, taken back or not, up to a number; undefined where none is known. */
  last(lot, paddle, seq = Infinity) {
    return this.of(lot).findLast((bid) => bid.paddle === paddle && bid.seq <= seq);
  }

  /** Whether a paddle has a bid on the lot that still counts. */
  has(lot, paddle) {
    return this.of(lot).some((bid) => bid.paddle === paddle && bid.voided === null);
  }
}

/**
 * What became of a paddle's bid on a lot: "received" (the stream has not told yet), "voided", "leads", "beaten" (by a
 * maximum that was there before), "outbid", "fell" (sold to him, but a priority right may still be exercised), "won",
 * "lost", "passed", "withdrawn".
 */
export function fateOf(lot, paddle, bid, nowMs) {
  if (bid?.voided) return "voided";
  if (lot.status === "passed" || lot.status === "withdrawn") return lot.status;
  const mine = lot.leader === paddle;
  if (lot.status === "sold") return !mine ? "lost" : nowMs < lot.match_until_ms ? "fell" : "won";
  if (lot.format === "sealed" || !bid) return "received";
  if (mine) return "leads";
  return bid.leader === paddle ? "outbid" : "beaten";
}
