// Contrast of the colours in static/css/tokens.css: text 4.5, edges of controls and the focus ring 3, in both schemes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const sheet = readFileSync(new URL("../../static/css/tokens.css", import.meta.url), "utf8");
const [plain, inTheDark] = sheet.split("@media (prefers-color-scheme: dark)");
const colours = (text) => Object.fromEntries([...text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
const light = colours(plain);
const dark = { ...light, ...colours(inTheDark) };

const TEXT = [
  "ink paper", "ink card", "ink sunk", "ink-soft paper", "ink-soft card", "ink-soft sunk", "seal paper", "seal card", "seal sunk",
  "on-seal seal", "on-seal seal-strong", "good good-tint", "good card", "warn warn-tint", "warn paper", "bad bad-tint", "bad card",
  "bad sunk", "paper bad", "won card", "won sunk", "on-won won", "outbid card", "outbid sunk", "outbid outbid-tint", "danger card", "danger paper",
];
const EDGES = ["edge card", "edge paper", "focus card", "focus paper"];

function luminance(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [less, more] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (more + 0.05) / (less + 0.05);
}

for (const [scheme, palette] of Object.entries({ light, dark })) {
  test(`${scheme}: text and edges can be seen`, () => {
    for (const [pairs, least] of [[TEXT, 4.5], [EDGES, 3]]) {
      for (const pair of pairs) {
        const [front, ground] = pair.split(" ");
        assert.ok(contrast(palette[front], palette[ground]) >= least, `${pair}: ${contrast(palette[front], palette[ground]).toFixed(2)}`);
      }
    }
  });
}

const MEANINGS = ["seal", "good", "won", "outbid", "danger"];
const NEAREST = 45; // of 442, as far as black and white are apart

test("to bid, to lead, won, outbid and danger have colours of their own", () => {
  for (const palette of [light, dark]) {
    for (const [place, one] of MEANINGS.entries()) {
      for (const other of MEANINGS.slice(place + 1)) {
        const [first, second] = [palette[one], palette[other]].map((colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)));
        const apart = Math.hypot(...first.map((part, at) => part - second[at]));
        assert.ok(apart >= NEAREST, `${one} and ${other}: ${apart.toFixed(0)}`);
      }
    }
  }
});

test("the dark scheme gives every colour anew", () => {
  assert.deepEqual(Object.keys(colours(inTheDark)).sort(), Object.keys(light).sort());
});
