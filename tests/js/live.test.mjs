// The connection's own reasoning, over a socket that the test plays.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Live } from "../../static/js/core/live.js";

/** A socket whose other side is the test: `asked` are the messages that wait for an answer. */
class Line {
  constructor() {
    Object.assign(this, { handlers: {}, asked: [], connected: true, comings: 0 });
  }

  on(name, handler) { this.handlers[name] = handler; }

  timeout(ms) {
    return { emitWithAck: (name, message) => new Promise((resolve, reject) => {
      this.asked.push({ name, message, answer: resolve });
      setTimeout(() => reject(new Error("operation has timed out")), ms);
    }) };
  }

  disconnect() { this.connected = false; return this; }

  connect() { this.comings += 1; return this; }

  says(name, message) { this.handlers[name]?.(message); }

  async answers(name, message) {
    const place = this.asked.findIndex((each) => each.name === name);
    assert.notEqual(place, -1, `no code asked ${name}, but ${this.asked.map((each) => each.name)}`);
    const [{ answer, message: sent }] = this.asked.splice(place, 1);
    answer(message);
    await settle();
    return sent;
  }
}

const settle = async () => { for (let i = 0; i < 20; i += 1) await Promise.resolve(); };

async function passes(ms) {
  for (let left = ms; left > 0; left -= 50) {
    clock += Math.min(50, left);
    mock.timers.tick(Math.min(50, left));
    await settle();
  }
}

const SNAPSHOT = {
  sale: "s", currency: "CNY", published: true, closed: false, paused: false, pause_reason: null,
  lots: [["1", "english", "open", 100, false, null, null, 100]],
};
const bidEvent = (seq, price) => ({
  seq, sale: "s", kind: "bid_placed", lot: "1", paddle: "101", leader: "101", price_minor: price, ask_minor: price + 10,
  deadline_ms: null,
});
const frame = (events, seq = events.at(-1).seq) => ({ sale: "s", events, seq, now_ms: 5000 });

let clock, line, live, batches, documents;

beforeEach(async () => {
  mock.timers.reset();
  mock.restoreAll();
  clock = 0;
  mock.timers.enable({ apis: ["setInterval", "setTimeout", "Date"] });
  mock.method(performance, "now", () => clock);
  batches = [];
  documents = [];
  line = new Line();
  live = new Live("sale", "bidder", line, {
    onChange: (state, events) => batches.push(events.map((event) => event.seq)),
    onDocument: (document) => documents.push(document.as_of),
  });
  line.says("connect");
  const joined = await line.answers("join", { sale: "s", seq: 4, now_ms: 4000, snapshot: SNAPSHOT });
  assert.deepEqual(joined, { sale: "sale", as: "bidder", seq: null });
  line.asked.length = 0;
});

test("a frame is folded once, however often it comes", () => {
  line.says("frame", frame([bidEvent(5, 100)]));
  line.says("frame", frame([bidEvent(5, 100)]));
  line.says("frame", frame([bidEvent(5, 100), bidEvent(6, 110)]));
  assert.equal(live.state.seq, 6);
  assert.equal(live.state.lots.get("1").bids, 2);
  assert.deepEqual(batches, [[], [5], [6]]);
});

test("a frame of another sale is nothing to this screen", () => {
  line.says("frame", { ...frame([bidEvent(5, 100)]), sale: "another" });
  assert.equal(live.state.seq, 4);
});

test("a gap makes the screen ask for what it misses, and bidding waits", async () => {
  line.says("frame", frame([bidEvent(7, 120)]));
  assert.equal(live.ready, false);
  const sent = await line.answers("since", { sale: "s", seq: 7, now_ms: 1, events: [bidEvent(5, 100), bidEvent(6, 110), bidEvent(7, 120)] });
  assert.deepEqual(sent, { seq: 4 });
  assert.equal(live.ready, true);
  assert.equal(live.state.lots.get("1").price_minor, 120);
});

test("a heartbeat with a later number is a gap too", async () => {
  line.says("frame", frame([], 6));
  await line.answers("since", { sale: "s", seq: 6, now_ms: 1, events: [bidEvent(5, 100), bidEvent(6, 110)] });
  assert.equal(live.state.seq, 6);
});

test("an answer that holds what has been folded meanwhile changes nothing twice", async () => {
  line.says("frame", frame([bidEvent(6, 110)]));
  line.says("frame", frame([bidEvent(5, 100)]));
  await line.answers("since", { sale: "s", seq: 6, now_ms: 1, events: [bidEvent(5, 100), bidEvent(6, 110)] });
  assert.equal(live.state.lots.get("1").bids, 2);
  assert.deepEqual(batches.flat(), [5, 6]);
});

test("a private document waits for its number, and the latest wins", () => {
  line.says("document", { as_of: 6 });
  line.says("document", { as_of: 5 });
  assert.deepEqual(documents, []);
  line.says("frame", frame([bidEvent(5, 100)]));
  assert.deepEqual(documents, []);
  line.says("frame", frame([bidEvent(6, 110)]));
  assert.deepEqual(documents, [6]);
});

test("silence is a lost connection within five seconds, and the screen comes back by itself", async () => {
  await passes(3500);
  assert.equal(live.link, "live");
  await passes(1000);
  assert.equal(live.link, "lost");
  assert.equal(line.comings, 1);
  line.connected = true;
  line.says("connect");
  assert.equal(live.link, "catching");
  const sent = await line.answers("join", { sale: "s", seq: 5, now_ms: 1, events: [bidEvent(5, 100)] });
  assert.equal(sent.seq, 4);
  assert.equal(live.link, "live");
});

test("a slow answer to the join is waited for", async () => {
  await passes(4500);
  line.connected = true;
  line.says("connect");
  await passes(3000);
  assert.equal(line.comings, 1);
  await line.answers("join", { sale: "s", seq: 4, now_ms: 1, events: [] });
  assert.equal(live.link, "live");
});

test("a command without an answer is asked again with the same key, once the screen has caught up", async () => {
  let checked = 0;
  const done = live.command("bid", { lot: "1", amount_minor: 100 }, () => { checked += 1; });
  await settle();
  const first = line.asked.find((each) => each.name === "bid").message;
  line.asked.length = 0;
  line.connected = false;
  line.says("disconnect", "transport close");
  await passes(4500);
  assert.equal(checked, 1);
  assert.equal(line.asked.filter((each) => each.name === "bid").length, 0);
  line.connected = true;
  line.says("connect");
  await line.answers("join", { sale: "s", seq: 5, now_ms: 1, events: [bidEvent(5, 100)] });
  await passes(200);
  const second = await line.answers("bid", { seq: 5 });
  assert.deepEqual(second, first);
  assert.deepEqual(await done, { seq: 5 });
});

test("a command that is not confirmed is asked again until it is known what became of it", async () => {
  let checked = 0;
  const done = live.command("bid", { lot: "1", amount_minor: 100 }, () => { checked += 1; });
  await settle();
  const first = await line.answers("bid", { code: "UNCONFIRMED", status: 503, message: "Look before you try again." });
  await passes(600);
  await line.answers("bid", { code: "UNAVAILABLE", status: 503, message: "Nothing was done." });
  await passes(600);
  const last = await line.answers("bid", { seq: 5 });
  assert.deepEqual(last, first);
  assert.equal(checked, 2);
  assert.deepEqual(await done, { seq: 5 });
});

test("after an answer that was lost, too many at once is said of the last sending, not of the command", async () => {
  const done = live.command("bid", { lot: "1", amount_minor: 100 });
  await settle();
  await line.answers("bid", { code: "UNCONFIRMED", status: 503, message: "Look before you try again." });
  await passes(600);
  await line.answers("bid", { code: "RATE_LIMITED", status: 429, message: "Too many at once." });
  await passes(600);
  await line.answers("bid", { seq: 5 });
  assert.deepEqual(await done, { seq: 5 });
});

test("where nothing was done, the person is told at once", async () => {
  const done = live.command("bid", { lot: "1", amount_minor: 100 });
  await settle();
  await line.answers("bid", { code: "UNAVAILABLE", status: 503, message: "Nothing was done." });
  assert.equal((await done).code, "UNAVAILABLE");
});

test("a command that the user may not send is answered, not repeated", async () => {
  const done = live.command("bid", { lot: "1", amount_minor: 100 });
  await settle();
  await line.answers("bid", { code: "UNAUTHENTICATED", status: 401, message: "Please sign in first." });
  assert.equal((await done).code, "UNAUTHENTICATED");
  assert.equal(line.asked.length, 0);
});

test("a command is given up after half a minute, and then it is not sent any more", async () => {
  const done = live.command("bid", { lot: "1", amount_minor: 100 });
  await settle();
  line.connected = false;
  line.says("disconnect", "transport close");
  await passes(31_000);
  assert.deepEqual(await done, { code: "UNCONFIRMED" });
});

test("who may not join is told so and does not try again", async () => {
  line.says("connect");
  await line.answers("join", { code: "UNAUTHENTICATED", status: 401, message: "Please sign in first." });
  assert.equal(live.link, "refused");
  await passes(10_000);
  assert.equal(line.asked.length, 0);
  assert.equal(line.comings, 0);
});

test("a screen that wakes asks what it missed before it is live again", async () => {
  live.doubt();
  assert.equal(live.ready, false);
  await line.answers("since", { sale: "s", seq: 4, now_ms: 1, events: [] });
  assert.equal(live.ready, true);
});

test("08_18 the countdown does not follow the device's clock, and a frame with another time is believed", async () => {
  await line.answers("clock", { now_ms: 5000 }).catch(() => null);
  const before = live.now();
  mock.timers.setTime(Date.now() + 45_000);
  await passes(100);
  assert.equal(live.now(), before + 100);
  line.says("frame", { ...frame([bidEvent(5, 100)]), now_ms: 90_000 });
  assert.equal(live.now(), 90_000);
  line.asked.length = 0;
  line.says("frame", { ...frame([bidEvent(6, 110)]), now_ms: 60_000 });
  line.says("frame", { ...frame([bidEvent(7, 120)]), now_ms: 60_000 });
  assert.equal(line.asked.length, 1);
  await line.answers("clock", { now_ms: 60_000 });
  assert.equal(live.now(), 60_000);
});

test("08_14: what is pressed while the screen is not live is not sent, then or later", async () => {
  line.connected = false;
  line.says("disconnect", "transport close");
  assert.deepEqual(await live.command("bid", { lot: "1", amount_minor: 100 }), { code: "NOT_SENT" });
  line.connected = true;
  line.says("connect");
  await line.answers("join", { sale: "s", seq: 4, now_ms: 4000, events: [] });
  await passes(5000);
  assert.deepEqual(line.asked.filter((each) => each.name === "bid"), []);
});

test("08_14: while something is missing nothing is sent either", async () => {
  line.says("frame", frame([bidEvent(7, 120)]));
  assert.deepEqual(await live.command("call", { do: "pass", lot: "1" }), { code: "NOT_SENT" });
});

test("08_14: a call that names no amount is not asked again once its lot has changed", async () => {
  const done = live.command("call", { do: "void_last", lot: "1" });
  await settle();
  line.asked.length = 0;
  line.connected = false;
  line.says("disconnect", "transport close");
  await passes(4500);
  line.connected = true;
  line.says("connect");
  await line.answers("join", { sale: "s", seq: 5, now_ms: 1, events: [bidEvent(5, 100)] });
  await passes(300);
  assert.deepEqual(await done, { code: "UNCONFIRMED" });
  assert.deepEqual(line.asked.filter((each) => each.name === "call"), []);
});

test("08_14: nothing is handed to a connection that is gone, so the library keeps nothing back", async () => {
  line.connected = false;
  await assert.rejects(live.ask("bid", {}));
  assert.deepEqual(line.asked, []);
});

test("08_19: a screen comes back to its sale by the id, not by the address", async () => {
  line.says("disconnect", "transport close");
  line.says("connect");
  const sent = await line.answers("join", { sale: "s", seq: 4, now_ms: 4000, events: [] });
  assert.equal(sent.sale, "s");
});

test("08_28 a screen says the head of its number, and is told when an older record was put back", async () => {
  let told = 0;
  live.onRestored = () => { told += 1; };
  line.says("frame", { ...frame([bidEvent(5, 100)]), head: "bb" });
  line.says("connect");
  const sent = await line.answers("join", { sale: "s", snapshot: SNAPSHOT, seq: 4, head: "cc", restored: true, now_ms: 5000 });
  assert.deepEqual([sent.seq, sent.head], [5, "bb"]);
  assert.equal(told, 1);
  assert.deepEqual(live.known, { seq: 4, head: "cc" });
});

test("08_28 an answer that a frame overtook does not give its head to the frame's number", async () => {
  line.says("connect");
  line.says("frame", { ...frame([bidEvent(5, 100)]), head: "bb" });
  await line.answers("join", { sale: "s", events: [], seq: 4, head: "aa", now_ms: 5000 });
  assert.deepEqual(live.known, { seq: 5, head: "bb" });
});

for (const message of [{ lot: "1", amount_minor: 110 }, { do: "pass", lot: "1" }]) {
  test(`08_28 what waited for its answer is never sent into a record that was put back: ${JSON.stringify(message)}`, async () => {
    const told = live.command("bid", message);
    await settle();
    line.asked.length = 0; // the server took it, and its answer was lost with it
    line.says("disconnect", "transport close");
    line.says("connect");
    await line.answers("join", { sale: "s", snapshot: SNAPSHOT, seq: 4, head: "cc", restored: true, now_ms: 5000 });
    for (let second = 0; second < 31; second += 1) { line.says("frame", frame([], 4)); await passes(1000); }
    assert.deepEqual(await told, { code: "UNCONFIRMED" });
    assert.deepEqual(line.asked.filter((each) => each.name === "bid"), []);
  });
}

test("08_28 a document of the old record is not shown when the new one comes to its number", async () => {
  line.says("document", { as_of: 6 });
  line.says("connect");
  await line.answers("join", { sale: "s", snapshot: SNAPSHOT, seq: 4, head: "cc", restored: true, now_ms: 5000, document: { as_of: 4 } });
  line.says("frame", frame([bidEvent(5, 100), bidEvent(6, 110)]));
  assert.deepEqual(documents, [4]);
});
