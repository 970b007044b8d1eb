// The auctioneer's own large screen beside a clerk's console: what is said next, without a control.

import { sayFitting } from "../core/fit.js";
import { isBegun } from "../core/fold.js";
import { statusWords } from "../core/formats.js";
import { t } from "../core/i18n.js";
import { Bids } from "../core/mine.js";
import { newest, noticeWords } from "../core/notices.js";
import { paceWords, underbidderWords } from "../core/pace.js";
import { say } from "../core/page.js";
import { Screen } from "../core/screen.js";
import { paddleName } from "../core/ticker.js";
import { paintTiming } from "../core/under_way.js";

const SAID_MS = 60_000;

const bids = new Bids();
const screen = await Screen.open("desk", paint, { onEvents: (_screen, events) => { for (const event of events) bids.note(event); } });
const { nodes } = screen;

function paint() {
  const { lot, next } = screen;
  if (lot) paintLot(lot);
  paintTiming(screen, lot);
  const said = newest(screen, SAID_MS, ({ to }) => to !== "paddle");
  say(nodes.house, screen.announcement || (said ? noticeWords(said) : ""));
  say(nodes.next, next ? t("Next: lot %(lot)s, %(title)s, start %(amount)s", { lot: next.lot, title: screen.title(next), amount: screen.money(next.start_minor) }) : "");
  say(nodes.pace, [screen.summary(), paceWords(screen.lots)].filter(Boolean).join(" · "));
}

function paintLot(lot) {
  say(nodes.lot, t("Lot %(lot)s", { lot: lot.lot }));
  nodes.status.dataset.status = lot.status;
  say(nodes.status, statusWords(screen, lot));
  say(nodes.title, screen.title(lot));
  say(nodes.bids, t("Bids: %(count)s", { count: lot.bids }));
  sayFitting(nodes.price, screen.money(lot.price_minor ?? lot.start_minor));
  sayFitting(nodes.ask, isBegun(lot) ? screen.money(screen.ask(lot)) : "–");
  sayFitting(nodes.leader, lot.leader === null ? "–" : paddleName(lot.leader));
  say(nodes.under, underbidderWords(screen, bids, lot));
  say(nodes["at-limit"], screen.document?.at_limit?.includes(lot.lot) ? t("limit reached") : "");
  const met = screen.document?.lamps?.[lot.lot];
  nodes.lamp.dataset.met = met === undefined ? "" : String(met);
  say(nodes.lamp, !lot.has_reserve ? t("none") : met === undefined ? "–" : met ? t("met") : t("not met"));
  screen.speak(`${nodes.lot.textContent}: ${nodes.price.textContent}, ${nodes.leader.textContent}`);
}
