// What just happened, in words.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { documentElement: { lang: "en" } };
const { announced, clockTime, paused, tell } = await import("../../static/js/core/ticker.js");
const { KINDS } = await import("../../static/js/core/fold.js");

const bid = { kind: "bid_placed", lot: "1", paddle: "101", leader: "101", way: "online", amount_minor: 10000, price_minor: 10000 };

test("a bid is told with who, how much and how it came", () => {
  assert.equal(tell(bid, "CNY"), "Paddle 101 bids ¥100 (online)");
  assert.equal(tell({ ...bid, paddle: "room", leader: "room", way: "floor" }, "CNY"), "In the room bids ¥100 (floor)");
});

test("that a bid came from a maximum, or was beaten by one, is not told", () => {
  const most = { ...bid, way: "maximum", amount_minor: null };
  const beaten = { leader: "102", price_minor: 11000 };
  assert.equal(tell(most, "CNY"), "Paddle 101 bids ¥100 (online)");
  assert.equal(tell({ ...bid, ...beaten }, "CNY"), "Paddle 101 bids ¥100 (online) · Paddle 102 still leads, at ¥110");
  assert.equal(tell({ ...most, ...beaten }, "CNY"), "Paddle 101 bids (online) · Paddle 102 still leads, at ¥110");
});

test("where several lots are under way, each line says its lot", () => {
  const voided = { kind: "bid_voided", lot: "7", price_minor: null, reason: "MISHEARD" };
  assert.equal(tell(bid, "CNY", true), "Lot 1: Paddle 101 bids ¥100 (online)");
  assert.equal(tell(voided, "CNY", true), "Lot 7: The bid was taken back; there is none now (misheard)");
  assert.equal(tell({ kind: "lot_passed", lot: "7" }, "CNY", true), "Lot 7 passed");
});

test("what must not be missed is announced, and nothing else", () => {
  assert.equal(announced({ kind: "lot_reopened", lot: "7", reason: "DISPUTE" }, "CNY"), "Lot 7 is open again (a dispute in the room)");
  assert.equal(announced(bid, "CNY"), null);
});

test("a reason is told in words, and an unknown one not at all", () => {
  assert.equal(tell({ kind: "sale_paused", reason: "BREAK" }), "The sale is paused (a break)");
  assert.equal(tell({ kind: "sale_paused", reason: null }), "The sale is paused");
  assert.equal(tell({ kind: "sale_paused", reason: "<b>" }), "The sale is paused");
  assert.equal(paused("SYSTEM_FAULT"), "Paused: a fault of the system. Please wait.");
});

test("every kind of event is told, but for those that no screen needs", () => {
  const event = { ...bid, offers: [], lots: [], deadlines_ms: {}, hammer_minor: 1, ask_minor: 1 };
  const silent = KINDS.filter((kind) => tell({ ...event, kind }, "CNY") === null);
  assert.deepEqual(silent, ["sale_published", "gavel_taken", "terms_stated", "texts_stated", "lot_listed"]);
});

test("the clock shows the sale's zone, whatever the reader's is", () => {
  assert.equal(clockTime(Date.UTC(2018, 10, 28, 6, 5, 4), "Asia/Shanghai"), "14:05:04");
});
