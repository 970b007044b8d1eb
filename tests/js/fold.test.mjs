// What screens ask the state of a sale beside the fold itself, which tests/js/streams.test.mjs proves.

import assert from "node:assert/strict";
import { test } from "node:test";

import { empty, fold, isOver, load, nextLot, onTheBlock, totals } from "../../static/js/core/fold.js";

const lot = (id, status, more = {}) => [id, { lot: id, status, start_minor: 100, price_minor: null, ended_at_ms: null, hammer_minor: null, ...more }];
const sale = (...lots) => ({ ...empty(), lots: new Map(lots) });

test("an event out of its turn is not folded", () => {
  assert.throws(() => fold(empty(), { kind: "sale_published", seq: 2, sale: "s", currency: "CNY" }));
});

test("an unknown kind of event moves the number and nothing else", () => {
  const state = fold(empty(), { kind: "from_the_future", seq: 1, sale: "s", lot: "1" });
  assert.equal(state.seq, 1);
  assert.equal(state.lots.size, 0);
});

test("a snapshot of a lot without anything is read", () => {
  const state = load({ sale: "s", currency: "CNY", published: true, closed: false, paused: false, pause_reason: null, lots: [["7", 0]] }, 3);
  assert.equal(state.lots.get("7").status, "pending");
  assert.equal(state.lots.get("7").bids, 0);
});

test("on the block is the lot under way, else the last that opened, else the last that ended by hammer or pass", () => {
  const sold = lot("1", "sold", { ended_at_ms: 5 });
  const withdrawn = lot("3", "withdrawn", { ended_at_ms: 9 });
  assert.equal(onTheBlock(sale(sold, lot("2", "paused")), "1").lot, "2");
  assert.equal(onTheBlock(sale(sold, lot("2", "pending"), withdrawn), "3").lot, "3");
  assert.equal(onTheBlock(sale(sold, lot("2", "pending"), withdrawn), null).lot, "1");
  assert.equal(onTheBlock(sale(lot("2", "pending")), null), null);
});

test("of several lots under way the auctioneer's is on the block, else the last that opened, else the first to end", () => {
  const timed = lot("1", "open", { format: "timed", deadline_ms: 9 });
  const sealed = lot("2", "open", { format: "sealed", deadline_ms: 5 });
  const english = lot("3", "open", { format: "english", deadline_ms: null });
  assert.equal(onTheBlock(sale(timed, sealed, english), "1").lot, "3");
  assert.equal(onTheBlock(sale(timed, sealed), "1").lot, "1");
  assert.equal(onTheBlock(sale(timed, sealed, lot("4", "sold")), "4").lot, "2");
});

test("the next lot is the first that can open", () => {
  assert.equal(nextLot(sale(lot("1", "sold"), lot("2", "pending", { start_minor: null }), lot("3", "pending"))).lot, "3");
  assert.equal(nextLot(sale(lot("1", "sold"))), null);
});

test("a sale is over when it is closed, or when nothing can come any more", () => {
  assert.equal(isOver(sale()), false);
  assert.equal(isOver(sale(lot("1", "sold"), lot("2", "pending"))), false);
  assert.equal(isOver(sale(lot("1", "sold"), lot("2", "passed"))), true);
  assert.equal(isOver({ ...sale(lot("1", "pending")), closed: true }), true);
});

test("totals count what was sold", () => {
  const state = sale(lot("1", "sold", { hammer_minor: 300 }), lot("2", "passed"), lot("3", "sold", { hammer_minor: 50 }));
  assert.deepEqual(totals(state, 0), { lots: 3, sold: 2, hammer_minor: 350, open: 0, open_minor: 0 });
});
