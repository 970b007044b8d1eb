// Amounts as people read and type them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { money, parseMoney } from "../../static/js/core/money.js";

test("an amount is shown with its sign, commas, and cents only where there are any", () => {
  for (const [minor, currency, shown] of [
    [0, "CNY", "¥0"], [100, "CNY", "¥1"], [125000000, "CNY", "¥1,250,000"], [12345678950, "CNY", "¥123,456,789.50"],
    [5, "EUR", "€0.05"], [-150, "USD", "-$1.50"], [100000, "CHF", "CHF 1,000"], [null, "CNY", "–"], [undefined, "CNY", "–"],
    [2 ** 53 - 1, "CNY", "¥90,071,992,547,409.91"],
  ]) assert.equal(money(minor, currency), shown);
});

test("what people type is understood", () => {
  for (const [text, minor] of [
    ["120000", 12000000], ["1,200,000", 120000000], [" 12万 ", 12000000], ["1.5万", 1500000], ["12.3456万", 12345600],
    ["１２０，０００", 12000000], ["¥100.50", 10050], ["￥100.5元", 10050], ["0.01", 1],
  ]) assert.equal(parseMoney(text), minor, text);
});

test("what is no amount is refused, never guessed", () => {
  for (const text of ["", "0", "-1", "1.2.3", "1e5", "0x10", "abc", "12万3", "1.005", "1.23456万", "9".repeat(14), "NaN", "1_000", "十万"])
    assert.equal(parseMoney(text), null, text);
});
