// What became of a bid, as the stream tells it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Bids, fateOf } from "../../static/js/core/mine.js";

const bid = (seq, paddle, amount_minor, leader = paddle) => ({ kind: "bid_placed", seq, lot: "1", paddle, way: "online", amount_minor, leader });
const open = (leader) => ({ lot: "1", format: "english", status: "open", leader, match_until_ms: null });
const told = (...events) => {
  const bids = new Bids();
  for (const event of events) bids.note(event);
  return bids;
};

test("08_16: a bid that was voided counts no more, whatever order the events came in", () => {
  const voided = { kind: "bid_voided", seq: 7, lot: "1", reason: "MISHEARD", leader: "102" };
  for (const events of [[bid(5, "102", 100), bid(6, "101", 110), voided], [voided, bid(6, "101", 110), bid(5, "102", 100), voided]]) {
    const bids = told(...events);
    assert.equal(fateOf(open("102"), "101", bids.last("1", "101"), 0), "voided");
    assert.equal(bids.last("1", "101").voided, "MISHEARD");
    assert.equal(bids.has("1", "101"), false);
    assert.equal(fateOf(open("102"), "102", bids.last("1", "102"), 0), "leads");
  }
});

test("08_16: a void takes back the last bid that still counts", () => {
  const voids = [8, 9].map((seq) => ({ kind: "bid_voided", seq, lot: "1", reason: "OTHER" }));
  const bids = told(bid(5, "101", 100), bid(6, "102", 110), bid(7, "101", 120), ...voids);
  assert.deepEqual(bids.of("1").map((each) => each.voided), [null, "OTHER", "OTHER"]);
  assert.equal(bids.has("1", "101"), true);
});

test("08_16: received, leads, outbid, beaten at once", () => {
  assert.equal(fateOf(open(null), "101", undefined, 0), "received");
  assert.equal(fateOf(open("101"), "101", bid(5, "101", 100), 0), "leads");
  assert.equal(fateOf(open("102"), "101", bid(5, "101", 100), 0), "outbid");
  assert.equal(fateOf(open("102"), "101", bid(5, "101", 100, "102"), 0), "beaten");
});

test("08_16: a lot that was passed or withdrawn binds no bidder, and one that was sold was won or lost", () => {
  for (const status of ["passed", "withdrawn"]) assert.equal(fateOf({ ...open("101"), status }, "101", bid(5, "101", 100), 0), status);
  const sold = { ...open("101"), status: "sold" };
  assert.equal(fateOf(sold, "101", bid(5, "101", 100), 0), "won");
  assert.equal(fateOf(sold, "102", bid(4, "102", 90), 0), "lost");
});

test("08_10: while a priority right is open, a lot is not won", () => {
  const sold = { ...open("101"), status: "sold", match_until_ms: 1000 };
  assert.equal(fateOf(sold, "101", bid(5, "101", 100), 999), "fell");
  assert.equal(fateOf(sold, "101", bid(5, "101", 100), 1000), "won");
});

test("a bid in the room that is given a paddle is that paddle's", () => {
  const assigned = { kind: "paddle_assigned", seq: 8, lot: "1", paddle: "103", bids: [5], leader: "102" };
  const bids = told(bid(5, "room", 100), bid(6, "102", 110), bid(7, "room", 120), assigned);
  assert.equal(bids.has("1", "103"), true);
  assert.deepEqual(bids.of("1").map((each) => each.paddle), ["103", "102", "room"]);
});

test("08_16: an overtaken bid in the room is taken back by its number, and a held paddle's bids fall where they do not lead", () => {
  const voided = { kind: "bid_voided", seq: 7, lot: "1", reason: "MISHEARD", of_seq: 5, leader: "102" };
  const held = { kind: "paddle_held", seq: 8, paddle: "102", lots: { 1: { leader: null } } };
  assert.deepEqual(told(bid(5, "room", 100), bid(6, "102", 110), voided).of("1").map((each) => each.voided), ["MISHEARD", null]);
  assert.deepEqual(told(bid(5, "101", 100), bid(6, "102", 110), held).of("1").map((each) => each.voided), [null, "HELD"]);
});
