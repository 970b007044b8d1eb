// The clock of a lot by the server's time: the falling ask, the time left, phases, pauses.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ServerClock, askNow, countdown, countsTo, isExtended, isRunning, nextFall, phaseOf, timeLeft } from "../../static/js/core/timing.js";

const open = (format, more = {}) => ({
  lot: "1", format, status: "open", start_minor: 100, price_minor: null, leader: null, ask_minor: 100, deadline_ms: null,
  origin_ms: 1000, paused_at_ms: null, ...more,
});
const FALLS = { floor_minor: 65, step_minor: 10, tick_ms: 500 };
const dutch = open("dutch", { deadline_ms: 1000 + 5 * 500 });

test("a Dutch ask falls by a step a tick, to the floor and no further", () => {
  const asks = [0, 999, 1000, 1499, 1500, 2000, 2500, 3000, 9000].map((now) => askNow(dutch, FALLS, now));
  assert.deepEqual(asks, [100, 100, 100, 100, 90, 80, 70, 65, 65]);
});

test("the next fall is told until the floor is reached", () => {
  assert.deepEqual(nextFall(dutch, FALLS, 1000), { at_ms: 1500, ask_minor: 90 });
  assert.deepEqual(nextFall(dutch, FALLS, 2999), { at_ms: 3000, ask_minor: 65 });
  assert.equal(nextFall(dutch, FALLS, 3000), null);
  assert.deepEqual([1000, 2999, 3000, 3499, 3500].map((now) => phaseOf(dutch, FALLS, now)), ["falling", "falling", "floor", "floor", "over"]);
});

test("a paused lot's clock stands still", () => {
  const still = { ...dutch, status: "paused", paused_at_ms: 1600 };
  assert.equal(askNow(still, FALLS, 9000), 90);
  assert.equal(timeLeft(still, 9000), 1900);
  assert.equal(isRunning(still), false);
  assert.equal(isRunning(dutch), true);
});

test("without its terms, or not under way, a lot's ask is the one that was told", () => {
  assert.equal(askNow(dutch, undefined, 9000), 100);
  assert.equal(askNow(open("english", { ask_minor: 130 }), {}, 9000), 130);
  assert.equal(askNow({ ...dutch, status: "sold", ask_minor: null, origin_ms: null }, FALLS, 9000), null);
});

test("a timed lot is free, then limited; the countdown runs to the end of each", () => {
  const own = { free_ms: 2000, limit_ms: 600 };
  const lot = open("timed", { deadline_ms: 3600, leader: "A" });
  assert.deepEqual([1000, 2999, 3000, 3600].map((now) => phaseOf(lot, own, now)), ["free", "free", "limited", "over"]);
  assert.deepEqual([1000, 3000].map((now) => countsTo(lot, own, now)), [3000, 3600]);
});

test("a soft close is closing once a bid would extend it", () => {
  const own = { ends_ms: 2000, window_ms: 500, extend_ms: 500 };
  const lot = open("timed", { deadline_ms: 3000 });
  assert.deepEqual([2499, 2500].map((now) => phaseOf(lot, own, now)), ["running", "closing"]);
});

test("a bid of the free period makes sure of the limited one, a later one extends", () => {
  const lot = open("timed", { deadline_ms: 3600 });
  const own = { free_ms: 2000, limit_ms: 600 };
  assert.equal(isExtended(lot, own, { arrived_ms: 2900, deadline_ms: 3600 }, 3000), false);
  assert.equal(isExtended(lot, own, { arrived_ms: 3100, deadline_ms: 3700 }, 3600), true);
  assert.equal(isExtended(lot, own, { arrived_ms: 3100, deadline_ms: 3600 }, 3600), false);
});

test("no clock ends an English lot, nor one that has ended", () => {
  assert.equal(phaseOf(open("english"), {}, 5), null);
  assert.equal(timeLeft(open("english"), 5), null);
  assert.equal(phaseOf(open("timed", { status: "sold", deadline_ms: null }), {}, 5), null);
  assert.equal(phaseOf(open("sealed", { deadline_ms: 3000 }), {}, 2000), "offers");
});

test("a countdown shows every second that has begun", () => {
  const shown = [0, 1, 1000, 1001, 59_001, 60_000, 3_723_000, 90_000_000].map((ms) => countdown(ms));
  assert.deepEqual(shown, ["0:00", "0:01", "0:01", "0:02", "1:00", "1:00", "1:02:03", "1 d 1:00:00"]);
});

/** A device whose ticks the test makes, and the clock on it; the server's time is 1,000,000 at tick 0. */
function device() {
  const made = { at: 0, server: (at) => 1_000_000 + at };
  made.clock = new ServerClock(() => made.at);
  made.asks = (there, back) => {
    const askedAt = made.at;
    made.at += there + back;
    made.clock.answered(made.server(askedAt + there), askedAt);
  };
  made.hears = (lateMs) => made.clock.heard(made.server(made.at - lateMs));
  made.wrongBy = () => made.clock.now() - made.server(made.at);
  return made;
}

test("08_18 the server's time runs on by ticks, whatever the device's own clock is corrected to", () => {
  const made = device();
  made.asks(20, 20);
  const right = Date.now;
  try {
    for (const wrong of [45_000, -45_000, 3_600_000]) {
      Date.now = () => right() + wrong;
      made.at += 1000;
      assert.equal(made.wrongBy(), 0);
    }
  } finally {
    Date.now = right;
  }
});

test("08_18 one slow answer does not move the clock, whichever way was slow", () => {
  const made = device();
  made.asks(20, 20);
  made.asks(3000, 20);
  assert.equal(made.wrongBy(), 0);
  made.asks(20, 3000);
  assert.equal(made.wrongBy(), 0);
  assert.equal(made.hears(900), true);
  assert.equal(made.wrongBy(), 0);
});

test("08_18 a frame that says a later time is believed at once: it was true when it was said", () => {
  const made = device();
  made.asks(20, 20);
  made.server = (at) => 1_000_000 + at + 30_000; // the device slept, and its ticks with it
  assert.equal(made.hears(5), true);
  assert.equal(made.wrongBy(), -5);
});

test("08_18 a frame that says an earlier time is a reason to ask, and the answer is believed", () => {
  const made = device();
  made.asks(20, 20);
  made.server = (at) => 1_000_000 + at - 30_000;
  assert.equal(made.hears(5), false);
  made.asks(20, 20);
  assert.equal(made.wrongBy(), 0);
  made.server = (at) => 1_000_000 + at - 60_000;
  made.asks(20, 600); // a slow one too, as far as it is sure
  assert.ok(made.wrongBy() <= 600);
});

test("08_18 a network that has become slower is believed in the end", () => {
  const made = device();
  made.asks(10, 10);
  for (let i = 0; i < 12; i += 1) made.asks(400, 400);
  assert.equal(made.clock.quickestMs, 800);
  assert.equal(made.wrongBy(), 0);
});
