// Which timed lots the auctioneer opens with one press.

import assert from "node:assert/strict";
import { test } from "node:test";

import { openingTogether } from "../../static/js/core/lists.js";

const GROUPS = { 1: "g", 2: null, 3: "g", 6: "g" };
const FORMATS = { 8: "english" };
const STATUSES = { 6: "open" };
const lots = Array.from({ length: 9 }, (_, i) => String(i + 1)).map((lot) => ({
  lot, format: FORMATS[lot] ?? "timed", status: STATUSES[lot] ?? "pending", start_minor: 100,
}));
const screen = { lots, own: ({ lot }) => ({ group: GROUPS[lot] ?? null }) };
const opened = (number) => openingTogether(screen, lots[number - 1]).map(({ lot }) => lot);

test("all of a group that are to come, wherever they stand", () => assert.deepEqual(opened(1), ["1", "3"]));

test("without a group the timed lots that follow, up to the first that is another matter", () => {
  assert.deepEqual(opened(2), ["2"]);
  assert.deepEqual(opened(4), ["4", "5"]);
  assert.deepEqual(opened(9), ["9"]);
});

test("nothing for a lot that the clock does not end, nor for none", () => {
  assert.deepEqual(opened(8), []);
  assert.deepEqual(openingTogether(screen, null), []);
});
