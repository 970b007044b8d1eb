// The public state of a sale: a fold over its numbered public events. No DOM, no clock, no network in this file.
// Its twin on the server is auction/rules/visibility.py; tests run both over the same recorded streams.

const FORMATS = ["english", "timed", "dutch", "sealed"];
const STATUSES = ["pending", "open", "fair_warning", "paused", "sold", "passed", "withdrawn"];
const NOT_BEGUN = { ask_minor: null, deadline_ms: null, origin_ms: null, paused_at_ms: null };

const BEGUN = new Set(["open", "fair_warning", "paused"]);
const ENDED = new Set(["sold", "passed", "withdrawn"]);

export const isBegun = (lot) => BEGUN.has(lot.status);
export const isLive = (lot) => lot.status === "open" || lot.status === "fair_warning";
export const isEnded = (lot) => ENDED.has(lot.status);

/** Whether a sold lot may still be taken over by priority right: then no bidder has won it yet. */
export const inTerm = (lot, nowMs) => lot.status === "sold" && lot.match_until_ms !== null && nowMs < lot.match_until_ms;

/** An empty state: nothing is known yet. */
export function empty() {
  return { sale: null, seq: 0, currency: "CNY", buyer_commission: [], published: false, closed: false, priority_mode: "A", paused: false, pause_reason: null, lots: new Map() };
}

/** The state that a snapshot tells of. */
export function load(snapshot, seq) {
  const { lots, ...rest } = snapshot;
  return { ...rest, seq, lots: new Map(lots.map((row) => [row[0], fromRow(row)])) };
}

/** The snapshot of a state, as the server would make it. */
export function toSnapshot(state) {
  const { seq: _seq, lots, ...rest } = state;
  return { ...rest, lots: [...lots.values()].map(toRow) };
}

// A row of a snapshot, as `row_of` in auction/rules/visibility.py says it.
function fromRow([lot, code, start_minor = null, price_minor = null, leader = null, bids = 0, ...rest]) {
  const status = STATUSES[Math.floor((code % 16) / 2)];
  const [ask_minor = null, deadline_ms = null, origin_ms = null, paused_at_ms = null] = ENDED.has(status) ? [] : rest;
  return {
    lot, format: FORMATS[Math.floor(code / 16)], status, has_reserve: code % 2 === 1, start_minor, price_minor, leader,
    bids: bids ?? 0, ask_minor, deadline_ms, origin_ms, paused_at_ms,
    hammer_minor: status === "sold" ? price_minor : null, ended_at_ms: ENDED.has(status) ? (rest[0] ?? null) : null,
    match_until_ms: ENDED.has(status) ? (rest[1] ?? null) : null, taken_from: ENDED.has(status) ? (rest[2] ?? null) : null,
    even_held: ENDED.has(status) && Boolean(rest[3]),
  };
}

function toRow(lot) {
  const code = 16 * FORMATS.indexOf(lot.format) + 2 * STATUSES.indexOf(lot.status) + Number(lot.has_reserve);
  const rest = ENDED.has(lot.status) ? [lot.ended_at_ms, lot.match_until_ms, lot.taken_from, lot.even_held] : [lot.ask_minor, lot.deadline_ms, lot.origin_ms, lot.paused_at_ms];
  const row = [lot.lot, code, lot.start_minor, lot.price_minor, lot.leader, lot.bids, ...rest];
  while (row.length > 2 && !row.at(-1)) row.pop();
  return row;
}

/** The state after one event. Throws when the event is not the next one: the caller asks for what is missing. */
export function fold(state, event) {
  if (event.seq !== state.seq + 1) throw new Error(`event ${event.seq} does not follow ${state.seq}`);
  const next = { ...state, seq: event.seq, sale: event.sale };
  const ofSale = SALE[event.kind];
  if (ofSale) return ofSale(next, event);
  const change = LOT[event.kind];
  return change ? withLot(next, event.lot, (lot) => change(lot, event)) : next;
}

function withLot(state, id, change) {
  const lots = new Map(state.lots);
  lots.set(id, change(lots.get(id)));
  return { ...state, lots };
}

function withLots(state, ids, change) {
  return ids.reduce((after, id) => withLot(after, id, (lot) => change(lot, id)), state);
}

const pause = (lot, at_ms) => ({ ...lot, status: "paused", paused_at_ms: at_ms });
// Times counted from the opening move by the length of the pause, or as far as the end of a lot whose time was over.
const moved = (lot, at_ms, deadline_ms) =>
  lot.deadline_ms !== null && lot.deadline_ms <= lot.paused_at_ms ? deadline_ms - lot.deadline_ms : at_ms - lot.paused_at_ms;
const resume = (lot, at_ms, deadline_ms) => ({
  ...lot, status: "open", deadline_ms, origin_ms: lot.origin_ms + moved(lot, at_ms, deadline_ms), paused_at_ms: null,
});
// Where steps were taken back, a last call is over; a lot that stands still goes on standing still.
const begunAgain = (lot) => (lot.status === "paused" ? "paused" : "open");
const end = (lot, event, status) => ({ ...lot, ...NOT_BEGUN, status, ended_at_ms: event.ended_at_ms });
// A falling ask belongs to the clock; the state holds the amount that it falls from.
const ask = (lot, event) => (lot.format === "dutch" ? lot.start_minor : event.ask_minor);

const SALE = {
  sale_published: (state, event) => ({
    ...state, published: true, currency: event.currency, buyer_commission: event.buyer_commission, priority_mode: event.priority_mode,
  }),
  gavel_taken: (state) => state,
  terms_stated: (state) => state,
  texts_stated: (state) => state,
  sale_paused: (state, event) => withLots({ ...state, paused: true, pause_reason: event.reason }, event.lots, (lot) => pause(lot, event.since_ms ?? event.at_ms)),
  sale_resumed: (state, event) =>
    withLots({ ...state, paused: false, pause_reason: null }, Object.keys(event.deadlines_ms), (lot, id) =>
      resume(lot, event.at_ms, event.deadlines_ms[id])),
  group_extended: (state, event) =>
    withLots(state, Object.keys(event.deadlines_ms), (lot, id) => ({ ...lot, deadline_ms: event.deadlines_ms[id] })),
  deadline_moved: (state, event) =>
    withLots(state, Object.keys(event.deadlines_ms), (lot, id) => ({ ...lot, deadline_ms: event.deadlines_ms[id], origin_ms: event.origins_ms[id] })),
  sale_closed: (state) => ({ ...state, closed: true }),
  highest_changed: (state) => state,
  paddle_held: (state, event) => withLots(state, Object.keys(event.lots), (lot, id) => ({ ...lot, ...event.lots[id], status: begunAgain(lot) })),
  paddle_released: (state) => state,
};

const LOT = {
  lot_listed: (_lot, event) =>
    fromRow([event.lot, 16 * FORMATS.indexOf(event.format) + Number(event.has_reserve), event.start_minor]),
  lot_opened: (lot, event) => ({
    ...lot, status: "open", ask_minor: event.ask_minor, deadline_ms: event.deadline_ms, origin_ms: event.at_ms,
  }),
  bid_placed: (lot, event) => ({
    ...lot,
    status: "open",
    price_minor: event.price_minor,
    leader: event.leader,
    ask_minor: ask(lot, event),
    deadline_ms: event.deadline_ms,
    bids: lot.bids + 1,
  }),
  paddle_assigned: (lot, event) => ({ ...lot, leader: event.leader }),
  ask_set: (lot, event) => ({ ...lot, ask_minor: event.ask_minor }),
  fair_warning_given: (lot) => ({ ...lot, status: "fair_warning" }),
  bid_voided: (lot, event) => ({
    ...lot,
    status: begunAgain(lot),
    leader: event.leader,
    price_minor: event.price_minor,
    ask_minor: event.ask_minor,
    bids: event.bids,
  }),
  calls_lifted: (lot, event) => ({ ...lot, status: begunAgain(lot), price_minor: event.price_minor, ask_minor: event.ask_minor }),
  offers_closed: (lot) => lot,
  offers_opened: (lot, event) => ({ ...lot, bids: event.offers.length }),
  lot_sold: (lot, event) => ({
    ...end(lot, event, "sold"), leader: event.paddle, price_minor: event.hammer_minor, hammer_minor: event.hammer_minor,
    match_until_ms: event.match_until_ms, even_held: event.even_held ?? false,
  }),
  priority_declined: (lot) => lot,
  priority_exercised: (lot, event) => ({ ...lot, leader: event.paddle, taken_from: lot.taken_from ?? lot.leader, even_held: false }),
  lot_passed: (lot, event) => end(lot, event, "passed"),
  lot_withdrawn: (lot, event) => end(lot, event, "withdrawn"),
  lot_reopened: (lot, event) => ({
    ...lot, status: "open", match_until_ms: null, even_held: false, ask_minor: event.ask_minor, origin_ms: event.at_ms, hammer_minor: null, ended_at_ms: null,
  }),
  lot_paused: (lot, event) => pause(lot, event.since_ms ?? event.at_ms),
  lot_resumed: (lot, event) => resume(lot, event.at_ms, event.deadline_ms),
};

/** The kinds of events that this fold knows. */
export const KINDS = [...Object.keys(SALE), ...Object.keys(LOT)];

/**
 * The lot on the block: of those under way the one that the auctioneer leads, else the one that opened last, else the one
 * that ends first; with none under way, the one that opened last, else the one that was sold or passed last.
 */
export function onTheBlock(state, lastOpened) {
  const lots = [...state.lots.values()];
  const begun = lots.filter(isBegun);
  const led = begun.find((lot) => lot.format === "english") ?? begun.find((lot) => lot.lot === lastOpened);
  if (led) return led;
  if (begun.length) return begun.reduce((first, lot) => (lot.deadline_ms < first.deadline_ms ? lot : first));
  if (lastOpened && state.lots.has(lastOpened)) return state.lots.get(lastOpened);
  const sold = lots.filter((lot) => lot.status === "sold" || lot.status === "passed");
  return sold.reduce((last, lot) => (!last || lot.ended_at_ms >= last.ended_at_ms ? lot : last), null);
}

/** The lot that comes next: the first that is still to come and can open. */
export function nextLot(state) {
  return [...state.lots.values()].find((lot) => lot.status === "pending" && lot.start_minor !== null) ?? null;
}

/** Whether nothing comes any more: the sale is closed, or every lot has ended. */
export function isOver(state) {
  return state.closed || (state.lots.size > 0 && [...state.lots.values()].every(isEnded));
}

/**
 * What the sale has come to so far: how many lots there are, how many were sold, and for how much; and apart from them
 * those that a priority right may still take at `nowMs`.
 */
export function totals(state, nowMs) {
  const lots = [...state.lots.values()];
  const hammered = lots.filter((lot) => lot.status === "sold");
  const open = hammered.filter((lot) => inTerm(lot, nowMs));
  const sum = (some) => some.reduce((all, lot) => all + lot.hammer_minor, 0);
  return { lots: lots.length, sold: hammered.length - open.length, hammer_minor: sum(hammered) - sum(open), open: open.length, open_minor: sum(open) };
}
