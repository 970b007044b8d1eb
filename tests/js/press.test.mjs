// What a press on a changing amount means.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Reading } from "../../static/js/core/press.js";

const STEP = 10_000;

function reading(...shown) {
  const made = new Reading();
  for (const [at, amount] of shown) made.show("1", amount, at);
  return made;
}

test("08_15: an ask that has just risen by more than two steps is shown by the first press, and bid by the second", () => {
  const made = reading([0, 230_000], [10_000, 2_300_000]);
  assert.equal(made.press(STEP, 10_600), false);
  assert.equal(made.press(STEP, 10_900), true);
});

test("08_15: what was read for two seconds is bid at once, and so is a rise of two steps", () => {
  assert.equal(reading([0, 230_000], [10_000, 2_300_000]).press(STEP, 12_000), true);
  assert.equal(reading([0, 230_000], [10_000, 240_000], [10_500, 250_000]).press(STEP, 10_900), true);
  assert.equal(reading([0, 230_000], [10_000, 240_000], [10_500, 250_000], [10_600, 260_000]).press(STEP, 10_900), false);
});

test("08_15: what rose while the button was out of view is shown first, however long ago it came back", () => {
  const made = reading([0, 230_000]);
  made.view(false, 5_000);
  made.view(true, 60_000);
  made.show("1", 300_000, 60_400);
  assert.equal(made.press(STEP, 70_000), false);
  assert.equal(made.press(STEP, 70_500), true);
});

test("08_15: what rose step by step before one's eyes after coming back is bid at once", () => {
  const made = reading([0, 230_000]);
  made.view(false, 5_000);
  made.view(true, 60_000);
  for (let step = 1; step < 9; step += 1) made.show("1", 230_000 + step * STEP, 60_000 + step * 3_000);
  assert.equal(made.press(STEP, 90_000), true);
});

test("08_15: a sum that was told and has risen again since is told again", () => {
  const made = reading([0, 230_000], [10_000, 300_000]);
  assert.equal(made.press(STEP, 10_500), false);
  made.show("1", 400_000, 10_700);
  assert.equal(made.press(STEP, 10_900), false);
  assert.equal(made.press(STEP, 11_000), true);
});

test("another lot begins anew, a fall needs nothing, and a pause in between is no amount", () => {
  const made = reading([0, 230_000], [100, 900_000]);
  made.show("2", 5_000_000, 300);
  assert.equal(made.press(STEP, 900), true);
  made.show("2", 4_000_000, 1_000);
  made.show("2", null, 1_100);
  made.show("2", 4_000_000, 1_200);
  assert.equal(made.press(STEP, 1_300), true);
});
