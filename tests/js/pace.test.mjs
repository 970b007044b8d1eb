// What the auctioneer weighs: who was overtaken, half a step, and how long it goes on.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { documentElement: { lang: "en" } };
const { paceWords, stepped, underbidder } = await import("../../static/js/core/pace.js");
const { Bids } = await import("../../static/js/core/mine.js");

const placed = (seq, paddle, amount_minor) => ({ kind: "bid_placed", seq, lot: "1", paddle, way: "online", amount_minor, leader: paddle });

test("the underbidder is the last whose bid stands and does not lead", () => {
  const bids = new Bids();
  for (const event of [placed(1, "101", 100), placed(2, "102", 200), placed(3, "103", 300), placed(4, "101", 400)]) bids.note(event);
  assert.equal(underbidder(bids, { lot: "1", leader: "101" }).paddle, "103");
  bids.note({ kind: "bid_voided", seq: 5, lot: "1", of_seq: 3, reason: "MISHEARD" });
  assert.equal(underbidder(bids, { lot: "1", leader: "101" }).paddle, "102");
  assert.equal(underbidder(bids, { lot: "2", leader: null }), null);
});

test("half a step and two are whole amounts above the price", () => {
  const lot = { price_minor: 10_000_000, ask_minor: 10_500_000 };
  assert.equal(stepped(lot, 0.5, 100), 10_250_000);
  assert.equal(stepped(lot, 2, 100), 11_000_000);
  assert.equal(stepped({ price_minor: 1000, ask_minor: 1100 }, 0.5, 100), 1100, "never less than one unit");
  assert.equal(stepped({ price_minor: null, ask_minor: 1100 }, 2, 100), null);
});

test("the pace is told from the second lot on", () => {
  const lot = (status, ended_at_ms = null) => ({ status, ended_at_ms });
  assert.equal(paceWords([lot("sold", 0), lot("open")]), "");
  assert.equal(paceWords([lot("sold", 0), lot("passed", 120_000), lot("sold", 180_000), lot("pending"), lot("pending")]), "1.5 min a lot · 2 lots, about 3 min");
});
