// What just happened, in words.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { documentElement: { lang: "en" } };
const { clockTime, paused, tell } = await import("../../static/js/core/ticker.js");
const { KINDS } = await import("../../static/js/core/fold.js");

const bid = { kind: "bid_placed", lot: "1", paddle: "101", leader: "101", way: "online", amount_minor: 10000, price_minor: 10000 };

test("a bid is told with who, how much and how it came", () => {
  assert.equal(tell(bid, "CNY"), "No. 101 bids ¥100 (online)");
  assert.equal(tell({ ...bid, paddle: "room", leader: "room", way: "floor" }, "CNY"), "In the room bids ¥100 (floor)");
});

test("the amount of a maximum is nobody's business", () => {
  assert.equal(tell({ ...bid, way: "maximum", amount_minor: null }, "CNY"), "No. 101 bids a maximum (maximum)");
});

test("who is beaten at once is told by what", () => {
  const beaten = { ...bid, leader: "102", price_minor: 11000 };
  assert.equal(tell(beaten, "CNY"), "No. 101 bids ¥100 (online) · beaten by an earlier maximum of No. 102 at ¥110");
});

test("a reason is told in words, and an unknown one not at all", () => {
  assert.equal(tell({ kind: "sale_paused", reason: "BREAK" }), "The sale is paused (a break)");
  assert.equal(tell({ kind: "sale_paused", reason: null }), "The sale is paused");
  assert.equal(tell({ kind: "sale_paused", reason: "<b>" }), "The sale is paused");
  assert.equal(paused("SYSTEM_FAULT"), "Paused: a fault of the system. Please wait.");
});

test("every kind of event is told, but for what nobody needs to hear", () => {
  const event = { ...bid, offers: [], lots: [], deadlines_ms: {}, hammer_minor: 1, ask_minor: 1 };
  const silent = KINDS.filter((kind) => tell({ ...event, kind }, "CNY") === null);
  assert.deepEqual(silent, ["sale_published", "gavel_taken", "terms_stated", "texts_stated", "lot_listed"]);
});

test("the clock shows the sale's zone, whatever the reader's is", () => {
  assert.equal(clockTime(Date.UTC(2018, 10, 28, 6, 5, 4), "Asia/Shanghai"), "14:05:04");
});
