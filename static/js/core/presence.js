// The connected people, as the console and the live desk show them, and the bidder with the longest round trip.

import { t } from "./i18n.js";
import { make, say } from "./page.js";

const SLOW_MS = 1000;
const LONGEST_WAIT_MS = 2000;

/** By paddle the round trip of its best screen in ms; Infinity where it has not told one yet. */
export function waysOf(presence) {
  const ways = new Map();
  for (const { paddle, rtt_ms } of presence?.bidders ?? []) ways.set(paddle, Math.min(ways.get(paddle) ?? Infinity, rtt_ms ?? Infinity));
  return ways;
}

/** The slowest of the connected paddles that have bid on a lot, `[paddle, rtt_ms]`; null where none has. */
export function slowest(presence, bids, lot) {
  const active = new Set(bids.of(lot.lot).map((bid) => bid.paddle));
  const ways = [...waysOf(presence)].filter(([paddle, ms]) => active.has(paddle) && ms < Infinity);
  return ways.reduce((most, each) => (!most || each[1] > most[1] ? each : most), null);
}

/** How long the way of the slowest bidder takes at most, in ms, to be waited for. */
export const waitMs = (presence, bids, lot) => Math.min(LONGEST_WAIT_MS, slowest(presence, bids, lot)?.[1] ?? 0);

/** Show who is there, in the nodes of templates/_presence.html; `nameOf(paddle)` where a desk knows names. */
export function paintPresence(screen, bids, nameOf = () => "") {
  const { presence, nodes, lot } = screen;
  if (!presence) return;
  const everybody = Object.values(presence.count).reduce((a, b) => a + b, 0);
  const bidders = [...waysOf(presence)].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  say(nodes.count, t("Bidders: %(bidders)s, screens: %(screens)s", { bidders: bidders.length, screens: everybody }));
  const slow = lot && slowest(presence, bids, lot);
  say(nodes.slowest, slow ? t("Slowest of those who bid: %(paddle)s, %(ms)s ms", { paddle: slow[0], ms: slow[1] }) : "–");
  const signature = bidders.map((each) => each.join() + nameOf(each[0])).join(" ");
  if (nodes.bidders.dataset.signature === signature) return;
  nodes.bidders.dataset.signature = signature;
  nodes.bidders.replaceChildren(...bidders.map(([paddle, ms]) =>
    make("li", { "data-late": String(ms > SLOW_MS && ms < Infinity) }, make("strong", { class: "figure" }, paddle), nameOf(paddle), make("span", { class: "soft figure" }, ms === Infinity ? "…" : t("%(n)s ms", { n: ms })))));
}
