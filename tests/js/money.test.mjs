// Amounts as people read and type them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { inWords, money, readAmount, readBid } from "../../static/js/core/money.js";

const VECTORS = JSON.parse(readFileSync(new URL("amounts.json", import.meta.url)));

const codeOf = (read) => {
  try { return read(); } catch (error) { return error.code; }
};

test("an amount is shown with its sign, commas, and decimals only where there are any", () => {
  assert.equal(money(undefined), "–");
  for (const [minor, currency, shown] of VECTORS.shown) assert.equal(money(minor, currency), shown);
});

test("08_15: the browser reads and refuses the very amounts that the server does", () => {
  for (const [text, currency, minor] of VECTORS.read) assert.equal(codeOf(() => readAmount(text, currency)), minor, text);
  for (const [text, currency, code] of VECTORS.refused) assert.equal(codeOf(() => readAmount(text, currency)), code, text);
});

test("08_15: a typed bid is a whole amount above zero", () => {
  assert.equal(readBid("1,200,000", "CNY"), 120000000);
  assert.equal(codeOf(() => readBid("100.50", "CNY")), "NOT_WHOLE");
  assert.equal(codeOf(() => readBid("0", "CNY")), "NOT_POSITIVE");
  assert.equal(codeOf(() => readBid("1250,50", "CNY")), "AMOUNT_COMMA");
});

test("a sum in words shows a slipped zero", () => {
  for (const [minor, zh, en] of [
    [120000000, "壹佰贰拾万元", "1.2 million"], [1200000000, "壹仟贰佰万元", "12 million"], [23000000, "贰拾叁万元", "230 thousand"],
    [50, "", ""], [12345600, "壹拾贰万叁仟肆佰伍拾陆元", "123.456 thousand"], [12345650, "", ""],
  ]) assert.deepEqual([inWords(minor, "CNY", "zh"), inWords(minor, "CNY", "en")], [zh, en]);
});
