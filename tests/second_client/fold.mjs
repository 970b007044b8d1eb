// The public state of a sale as docs/protocol/stream.md and docs/protocol/events.md say it, written from these pages alone.

const FORMATS = ["english", "timed", "dutch", "sealed"];
const STATUSES = ["pending", "open", "fair_warning", "paused", "sold", "passed", "withdrawn"];
const ALWAYS = ["start_minor", "price_minor", "leader", "bids"];
const UNDER_WAY = ["ask_minor", "deadline_ms", "origin_ms", "paused_at_ms"];
const ONCE_ENDED = ["ended_at_ms", "match_until_ms", "taken_from", "even_held"];
const OF_SALE = ["sale", "currency", "buyer_commission", "published", "closed", "priority_mode", "paused", "pause_reason"];

const hasEnded = (lot) => STATUSES.indexOf(lot.status) >= STATUSES.indexOf("sold");
const namesOf = (lot) => [...ALWAYS, ...(hasEnded(lot) ? ONCE_ENDED : lot.status === "pending" ? [] : UNDER_WAY)];
const nothing = () => ({ ...Object.fromEntries([...ALWAYS, ...UNDER_WAY, ...ONCE_ENDED].map((name) => [name, null])), bids: 0 });

/** Before the first event. */
export const before = () => ({ seq: 0, published: false, closed: false, paused: false, pause_reason: null, lots: new Map() });

/** The state that a snapshot tells of. */
export function fromSnapshot(snapshot, seq) {
  const state = { ...before(), seq };
  for (const name of OF_SALE) state[name] = snapshot[name];
  for (const [id, code, ...values] of snapshot.lots) {
    const lot = { ...nothing(), format: FORMATS[code >> 4], status: STATUSES[(code & 15) >> 1], has_reserve: Boolean(code & 1) };
    namesOf(lot).forEach((name, place) => { lot[name] = values[place] ?? lot[name]; });
    state.lots.set(id, lot);
  }
  return state;
}

/** The snapshot that the server would make of a state. */
export function toSnapshot(state) {
  const lots = [...state.lots].map(([id, lot]) => {
    const code = 16 * FORMATS.indexOf(lot.format) + 2 * STATUSES.indexOf(lot.status) + (lot.has_reserve ? 1 : 0);
    const row = [id, code, ...namesOf(lot).map((name) => lot[name])];
    while (row.length > 2 && !row[row.length - 1]) row.pop();
    return row;
  });
  return { ...Object.fromEntries(OF_SALE.map((name) => [name, state[name]])), lots };
}

/** Change the state by the next event. */
export function fold(state, event) {
  if (event.seq !== state.seq + 1) throw new Error(`${event.seq} does not follow ${state.seq}`);
  if (!(event.kind in KINDS)) throw new Error(`an event of a later version: ${event.kind}`);
  state.seq = event.seq;
  state.sale = event.sale;
  KINDS[event.kind](state, event, state.lots.get(event.lot));
}

const take = (lot, event, ...names) => names.forEach((name) => { lot[name] = event[name]; });
const ended = (lot, event, status) => {
  Object.assign(lot, { status, ended_at_ms: event.ended_at_ms });
  for (const name of UNDER_WAY) lot[name] = null;
};
const standsStill = (lot, event) => Object.assign(lot, { status: "paused", paused_at_ms: event.since_ms ?? event.at_ms });
const goesOn = (lot, event, deadline_ms) => {
  const wasOver = lot.deadline_ms !== null && lot.deadline_ms <= lot.paused_at_ms;
  lot.origin_ms += wasOver ? deadline_ms - lot.deadline_ms : event.at_ms - lot.paused_at_ms;
  Object.assign(lot, { status: "open", deadline_ms, paused_at_ms: null });
};
const stepsTakenBack = (lot) => { lot.status = lot.status === "paused" ? "paused" : "open"; };
const changesNothing = () => {};

const KINDS = {
  sale_published: (state, event) => {
    state.published = true;
    take(state, event, "currency", "buyer_commission", "priority_mode");
  },
  highest_changed: changesNothing,
  terms_stated: changesNothing,
  texts_stated: changesNothing,
  gavel_taken: changesNothing,
  paddle_released: changesNothing,
  offers_closed: changesNothing,
  priority_declined: changesNothing,
  sale_closed: (state) => { state.closed = true; },
  sale_paused: (state, event) => {
    Object.assign(state, { paused: true, pause_reason: event.reason });
    for (const id of event.lots) standsStill(state.lots.get(id), event);
  },
  sale_resumed: (state, event) => {
    Object.assign(state, { paused: false, pause_reason: null });
    for (const [id, deadline_ms] of Object.entries(event.deadlines_ms)) goesOn(state.lots.get(id), event, deadline_ms);
  },
  group_extended: (state, event) => {
    for (const [id, deadline_ms] of Object.entries(event.deadlines_ms)) state.lots.get(id).deadline_ms = deadline_ms;
  },
  deadline_moved: (state, event) => {
    for (const [id, deadline_ms] of Object.entries(event.deadlines_ms)) Object.assign(state.lots.get(id), { deadline_ms, origin_ms: event.origins_ms[id] });
  },
  paddle_held: (state, event) => {
    for (const [id, told] of Object.entries(event.lots)) {
      take(state.lots.get(id), told, "leader", "price_minor", "ask_minor", "bids", "deadline_ms", "origin_ms");
      stepsTakenBack(state.lots.get(id));
    }
  },
  lot_listed: (state, event) => {
    const { format, start_minor, has_reserve } = event;
    state.lots.set(event.lot, { ...nothing(), status: "pending", format, start_minor, has_reserve });
  },
  lot_opened: (_state, event, lot) => {
    take(lot, event, "ask_minor", "deadline_ms");
    Object.assign(lot, { status: "open", origin_ms: event.at_ms });
  },
  bid_placed: (_state, event, lot) => {
    take(lot, event, "leader", "price_minor", "deadline_ms", ...(lot.format === "dutch" ? [] : ["ask_minor"]));
    Object.assign(lot, { status: "open", bids: lot.bids + 1 });
  },
  paddle_assigned: (_state, event, lot) => take(lot, event, "leader"),
  ask_set: (_state, event, lot) => take(lot, event, "ask_minor"),
  fair_warning_given: (_state, _event, lot) => { lot.status = "fair_warning"; },
  bid_voided: (_state, event, lot) => {
    take(lot, event, "leader", "price_minor", "ask_minor", "bids");
    stepsTakenBack(lot);
  },
  calls_lifted: (_state, event, lot) => {
    take(lot, event, "price_minor", "ask_minor");
    stepsTakenBack(lot);
  },
  offers_opened: (_state, event, lot) => { lot.bids = event.offers.length; },
  lot_sold: (_state, event, lot) => {
    ended(lot, event, "sold");
    Object.assign(lot, { leader: event.paddle, price_minor: event.hammer_minor, match_until_ms: event.match_until_ms, even_held: event.even_held ?? null });
  },
  lot_passed: (_state, event, lot) => ended(lot, event, "passed"),
  lot_withdrawn: (_state, event, lot) => ended(lot, event, "withdrawn"),
  lot_reopened: (_state, event, lot) => {
    take(lot, event, "ask_minor");
    Object.assign(lot, { status: "open", origin_ms: event.at_ms, ended_at_ms: null, match_until_ms: null, even_held: null });
  },
  lot_paused: (_state, event, lot) => standsStill(lot, event),
  lot_resumed: (_state, event, lot) => goesOn(lot, event, event.deadline_ms),
  priority_exercised: (_state, event, lot) => {
    lot.taken_from ??= lot.leader;
    lot.leader = event.paddle;
    lot.even_held = null;
  },
};

/** The ask of a Dutch lot at the server's time (docs/protocol/lots.md, "The falling ask"). */
export function fallingAsk(lot, own, nowMs) {
  const moment = lot.paused_at_ms === null ? nowMs : Math.min(nowMs, lot.paused_at_ms);
  const ticks = Math.max(0, Math.floor((moment - lot.origin_ms) / own.tick_ms));
  return Math.max(own.floor_minor, lot.start_minor - ticks * own.step_minor);
}
