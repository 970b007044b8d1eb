// The public state of a sale: a fold over its numbered public events. No DOM, no clock, no network in this file.
// Its twin on the server is auction/rules/visibility.py; tests run both over the same recorded streams.

export const LOT_FIELDS = [
  "lot", "format", "status", "start_minor", "has_reserve", "price_minor", "leader", "ask_minor", "deadline_ms", "bids",
  "hammer_minor", "ended_at_ms",
];

const BEGUN = new Set(["open", "fair_warning", "paused"]);
const COUNTS = new Set(["has_reserve", "bids"]);

export const isBegun = (lot) => BEGUN.has(lot.status);
export const isLive = (lot) => lot.status === "open" || lot.status === "fair_warning";

/** An empty state: nothing is known yet. */
export function empty() {
  return { sale: null, seq: 0, currency: "CNY", published: false, closed: false, paused: false, pause_reason: null, lots: new Map() };
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

function fromRow(row) {
  return Object.fromEntries(LOT_FIELDS.map((name, i) => [name, row[i] ?? missing(name)]));
}

function missing(name) {
  if (name === "has_reserve") return false;
  return COUNTS.has(name) ? 0 : null;
}

function toRow(lot) {
  const row = LOT_FIELDS.map((name) => lot[name]);
  while (row.length && (row.at(-1) === null || row.at(-1) === 0 || row.at(-1) === false)) row.pop();
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

const pause = (lot) => ({ ...lot, status: "paused" });
const resume = (lot, deadline_ms) => ({ ...lot, status: "open", deadline_ms });
const over = { ask_minor: null, deadline_ms: null };

const SALE = {
  sale_published: (state, event) => ({ ...state, published: true, currency: event.currency }),
  sale_paused: (state, event) => withLots({ ...state, paused: true, pause_reason: event.reason }, event.lots, pause),
  sale_resumed: (state, event) =>
    withLots({ ...state, paused: false, pause_reason: null }, Object.keys(event.deadlines_ms), (lot, id) =>
      resume(lot, event.deadlines_ms[id])),
  sale_closed: (state) => ({ ...state, closed: true }),
};

const LOT = {
  lot_listed: (_lot, event) => ({
    ...fromRow([event.lot, event.format, "pending", event.start_minor, event.has_reserve]),
  }),
  lot_opened: (lot, event) => ({
    ...lot, status: "open", ask_minor: event.ask_minor, deadline_ms: event.deadline_ms,
  }),
  bid_placed: (lot, event) => ({
    ...lot,
    status: "open",
    price_minor: event.price_minor,
    leader: event.leader,
    ask_minor: event.ask_minor,
    deadline_ms: event.deadline_ms,
    bids: lot.bids + 1,
  }),
  paddle_assigned: (lot, event) => ({ ...lot, leader: event.paddle }),
  ask_set: (lot, event) => ({ ...lot, ask_minor: event.ask_minor }),
  fair_warning_given: (lot) => ({ ...lot, status: "fair_warning" }),
  bid_voided: (lot, event) => ({
    ...lot,
    status: "open",
    leader: event.leader,
    price_minor: event.price_minor,
    ask_minor: event.ask_minor,
    bids: event.silent ? lot.bids : lot.bids - 1,
  }),
  lot_sold: (lot, event) => ({
    ...lot,
    ...over,
    status: "sold",
    leader: event.paddle,
    price_minor: event.hammer_minor,
    hammer_minor: event.hammer_minor,
    ended_at_ms: event.ended_at_ms,
  }),
  lot_passed: (lot, event) => ({ ...lot, ...over, status: "passed", ended_at_ms: event.ended_at_ms }),
  lot_withdrawn: (lot, event) => ({ ...lot, ...over, status: "withdrawn", ended_at_ms: event.ended_at_ms }),
  lot_reopened: (lot, event) => ({
    ...lot, status: "open", ask_minor: event.ask_minor, hammer_minor: null, ended_at_ms: null,
  }),
  lot_paused: pause,
  lot_resumed: (lot, event) => resume(lot, event.deadline_ms),
};

/** The lot on the block: the one that is under way, else the last that began. */
export function onTheBlock(state, lastOpened) {
  for (const lot of state.lots.values()) if (isBegun(lot)) return lot;
  if (lastOpened && state.lots.has(lastOpened)) return state.lots.get(lastOpened);
  let last = null;
  for (const lot of state.lots.values()) if (lot.ended_at_ms && (!last || lot.ended_at_ms >= last.ended_at_ms)) last = lot;
  return last;
}
