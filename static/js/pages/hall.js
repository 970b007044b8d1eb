// The big screen: readable from the last row. No names, no reserve.

import { inTerm, isBegun } from "../core/fold.js";
import { priceOf } from "../core/formats.js";
import { locale, t } from "../core/i18n.js";
import { say, sayFigure } from "../core/page.js";
import { Screen } from "../core/screen.js";
import { termWords } from "../core/priority.js";
import { paddleName, paused } from "../core/ticker.js";
import { alsoOpen, paintTiming } from "../core/under_way.js";

const screen = await Screen.open("watcher", paint, { onEvents });
const { nodes } = screen;

function paint() {
  const { lot, state } = screen;
  document.body.dataset.closed = String(state.closed);
  if (state.closed) return paintClosed();
  paintNext(lot);
  return lot ? paintLot(lot) : say(nodes.title, t("The sale begins soon."));
}

function paintLot(lot) {
  const begun = isBegun(lot);
  document.body.dataset.status = lot.status;
  say(nodes.lot, t("Lot %(lot)s", { lot: lot.lot }));
  paintTitles(lot);
  const [label, price] = priceOf(screen, lot);
  say(nodes["price-label"], label);
  sayFigure(nodes.price, price);
  paintTiming(screen, lot);
  document.body.dataset.format = lot.format;
  const ascending = lot.format === "english" || lot.format === "timed";
  say(nodes.leader, lot.leader ? paddleName(lot.leader) : begun && ascending ? t("No bid yet") : "");
  say(nodes.ask, begun && ascending ? t("Next %(amount)s", { amount: screen.money(lot.ask_minor) }) : "");
  say(nodes.call, words(lot));
  nodes.sold.hidden = lot.status !== "sold" || inTerm(lot, screen.live.now());
  screen.speak(`${nodes.lot.textContent}: ${nodes.price.textContent}. ${nodes.leader.textContent}. ${nodes.call.textContent}`);
}

function paintTitles(lot) {
  const texts = screen.texts.lots[lot.lot] ?? {};
  const second = texts[locale === "zh" ? "en" : "zh"] ?? "";
  say(nodes.title, texts[locale] ?? "");
  say(nodes.second, second === texts[locale] ? "" : second);
}

function paintNext(lot) {
  const { next, over } = screen;
  const show = next && !(lot && isBegun(lot));
  const others = alsoOpen(screen);
  say(nodes.next, over ? screen.summary() : others ? others : show ? t("Next: lot %(lot)s, %(title)s, start %(amount)s", { lot: next.lot, title: screen.title(next), amount: screen.money(next.start_minor) }) : "");
}

function paintClosed() {
  for (const name of ["lot", "second", "price", "price-label", "leader", "ask", "call", "next"]) say(nodes[name], "");
  nodes.timing.hidden = nodes.ranking.hidden = true;
  nodes.sold.hidden = true;
  say(nodes.title, t("The sale is over"));
  say(nodes.next, screen.summary());
  screen.speak(screen.summary());
}

function words(lot) {
  if (screen.state.paused || lot.status === "paused") return paused(screen.state.pause_reason);
  if (lot.status === "fair_warning") return t("Fair warning!");
  if (lot.status === "sold") return termWords(screen, lot);
  if (lot.status === "passed") return t("Passed, not sold");
  if (lot.status === "withdrawn") return t("Withdrawn");
  return "";
}

function onEvents(_screen, events, news) {
  if (!news || !events.some((event) => event.kind === "bid_placed")) return;
  nodes.price.classList.remove("flash");
  requestAnimationFrame(() => nodes.price.classList.add("flash"));
}
