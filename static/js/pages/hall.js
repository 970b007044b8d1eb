// The big screen: readable from the last row. No names, no reserve.

import { isBegun } from "../core/fold.js";
import { locale, t } from "../core/i18n.js";
import { say } from "../core/page.js";
import { Screen } from "../core/screen.js";
import { clockTime, paddleName } from "../core/ticker.js";

const screen = await Screen.open("watcher", paint, { onEvents });
const { nodes } = screen;
setInterval(() => say(nodes.clock, clockTime(screen.live.now(), screen.zone)), 1000);

function paint() {
  const lot = screen.lot;
  if (!lot) return;
  const texts = screen.texts.lots[lot.lot] ?? {};
  const sold = lot.status === "sold";
  say(nodes.lot, t("Lot %(lot)s", { lot: lot.lot }));
  say(nodes.title, texts[locale] ?? "");
  say(nodes.second, texts[locale === "zh" ? "en" : "zh"] ?? "");
  say(nodes.price, screen.money(lot.price_minor ?? lot.start_minor));
  say(nodes.leader, lot.leader ? paddleName(lot.leader) : isBegun(lot) ? t("No bid yet") : "");
  say(nodes.ask, isBegun(lot) ? t("Next %(amount)s", { amount: screen.money(lot.ask_minor) }) : "");
  say(nodes.call, words(lot));
  nodes.sold.hidden = !sold;
}

function words(lot) {
  if (screen.state.paused || lot.status === "paused") return t("Paused. Please wait.");
  if (lot.status === "fair_warning") return t("Fair warning!");
  if (lot.status === "passed") return t("Passed, not sold");
  if (lot.status === "withdrawn") return t("Withdrawn");
  return "";
}

function onEvents(_screen, events) {
  if (!events.some((event) => event.kind === "bid_placed")) return;
  nodes.price.classList.remove("flash");
  requestAnimationFrame(() => nodes.price.classList.add("flash"));
}
