// Acts that take two presses.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { SecondPress } from "../../static/js/core/second_press.js";

const PASS = () => ({ lot: "1", message: { do: "pass", lot: "1" } });
let acts;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  acts = new SecondPress(() => {});
});

test("08_17: the second press does what the first one armed", () => {
  assert.equal(acts.isSecond("pass", "1 101 100", PASS), false);
  assert.equal(acts.isSecond("pass", "1 101 100", PASS), true);
  assert.deepEqual(acts.take().message, { do: "pass", lot: "1" });
  assert.equal(acts.armed, null);
});

test("08_17: another act, another lead, or six seconds later is a first press again", () => {
  acts.isSecond("pass", "1 101 100", PASS);
  assert.equal(acts.isSecond("hammer", "1 101 100", PASS), false);
  assert.equal(acts.isSecond("hammer", "1 102 110", PASS), false);
  mock.timers.tick(6000);
  assert.equal(acts.isSecond("hammer", "1 102 110", PASS), false);
});

test("08_17: news of the lot disarms, and so does another who takes the gavel; news of another lot does not", () => {
  acts.isSecond("hammer", "", PASS);
  acts.news([{ kind: "bid_placed", lot: "2" }]);
  assert.notEqual(acts.armed, null);
  acts.news([{ kind: "gavel_taken", auctioneer: "b" }]);
  assert.equal(acts.armed, null);
  acts.isSecond("hammer", "", PASS);
  acts.news([{ kind: "bid_placed", lot: "1" }]);
  assert.equal(acts.armed, null);
});

test("08_17: an act that is about a lot is gone once another lot is shown", () => {
  acts.isSecond("hammer", "", PASS);
  acts.shows("1");
  assert.notEqual(acts.armed, null);
  acts.shows("2");
  assert.equal(acts.armed, null);
});
