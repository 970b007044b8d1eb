// What a buyer pays in all, by the vectors that tests/rules/test_commission.py runs through auction/rules/money.py.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { allIn, commission } from "../../static/js/core/commission.js";

const { vectors, ...schedules } = JSON.parse(readFileSync(new URL("commission.json", import.meta.url), "utf8"));

for (const [name, hammer, expected] of vectors) {
  test(`${name}: the commission on ${hammer} fen is ${expected}`, () => {
    assert.equal(commission(hammer, schedules[name]), expected);
    assert.equal(allIn(hammer, schedules[name]), hammer + expected);
  });
}
