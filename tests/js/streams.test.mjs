// Recorded streams of whole sales: events folded one by one lead to the snapshot that the server would make.
// tests/sockets/test_streams.py records them and names the file in STREAMS.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { empty, fold, KINDS, load, toSnapshot } from "../../static/js/core/fold.js";

const recorded = process.env.STREAMS ? JSON.parse(readFileSync(process.env.STREAMS, "utf8")) : [];
const options = { skip: recorded.length ? false : "STREAMS names no file; tests/sockets/test_streams.py records one" };

test("events lead to the fresh snapshot, from the beginning", options, () => {
  for (const { name, events, snapshots } of recorded) {
    let state = empty();
    for (const [place, event] of events.entries()) {
      state = fold(state, event);
      assert.deepEqual(toSnapshot(state), snapshots[place], `${name}: ${JSON.stringify(event)}`);
    }
  }
});

test("a snapshot and the events after it lead to the fresh snapshot, from anywhere", options, () => {
  for (const { name, events, snapshots } of recorded) {
    for (let start = 0; start < events.length; start += 7) {
      let state = load(snapshots[start], events[start].seq);
      assert.deepEqual(toSnapshot(state), snapshots[start], name);
      for (const event of events.slice(start + 1)) state = fold(state, event);
      assert.deepEqual(toSnapshot(state), snapshots.at(-1), `${name} from ${start}`);
    }
  }
});

test("the fold knows every kind that the streams hold, and no other", options, () => {
  const kinds = new Set(recorded.flatMap(({ events }) => events.map((event) => event.kind)));
  assert.deepEqual([...kinds].sort(), [...KINDS].sort());
});

test("folding changes no state that a screen may still hold", options, () => {
  const { events } = recorded[0];
  const states = events.reduce((all, event) => [...all, fold(all.at(-1), event)], [empty()]);
  const before = states.map((state) => JSON.stringify(toSnapshot(state)));
  events.reduce(fold, empty());
  assert.deepEqual(states.map((state) => JSON.stringify(toSnapshot(state))), before);
});
