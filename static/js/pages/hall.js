// The big screen: readable from the last row. No names, no reserve.

import { fit, sayFitting } from "../core/fit.js";
import { inTerm, isBegun, isEnded } from "../core/fold.js";
import { FORMATS, priceOf } from "../core/formats.js";
import { locale, t } from "../core/i18n.js";
import { inWords } from "../core/money.js";
import { newest, noticeWords } from "../core/notices.js";
import { make, say } from "../core/page.js";
import { Screen } from "../core/screen.js";
import { termWords } from "../core/priority.js";
import { paddleName, paused } from "../core/ticker.js";
import { countdown } from "../core/timing.js";
import { alsoOpen, paintTiming } from "../core/under_way.js";

const COMING = 3;
const HOUSE_SHOWN_MS = 45_000;
let boxes = ""; // what decides how wide the boxes are

const screen = await Screen.open("watcher", paint, { onEvents, onNotice: () => setTimeout(() => screen.repaint(), HOUSE_SHOWN_MS) });
const { nodes } = screen;
setInterval(() => screen.stoppedMs === null && screen.state.sale && !screen.lot && screen.repaint(), 1000);
const FITTED = ["title", "second", "price", "leader", "ask", "call"];
addEventListener("resize", () => refit(""));

function refit(now) {
  if (now && now === boxes) return;
  boxes = now;
  for (const name of FITTED) fit(nodes[name]);
}

function paint() {
  const { lot, state } = screen;
  document.body.dataset.closed = String(state.closed);
  if (state.closed) paintClosed();
  else if (lot) paintLot(lot);
  else paintOpening();
  paintBottom(lot);
  const said = newest(screen, HOUSE_SHOWN_MS);
  nodes.house.hidden = !said;
  if (said) sayFitting(nodes.house, noticeWords(said));
  const isCalled = String(nodes.call.textContent !== "");
  if (said && nodes.house.dataset.called !== isCalled) { nodes.house.dataset.called = isCalled; fit(nodes.house); }
}

// Before the first lot: the time that is left, and from then on that it begins at any moment.
function paintOpening() {
  const left = Number(document.body.dataset.starts) - screen.nowMs;
  sayFitting(nodes.title, left > 0 ? t("The sale begins in") : t("The sale begins soon."));
  sayFitting(nodes.price, left > 0 ? countdown(left, t("d")) : "");
}

function paintLot(lot) {
  const begun = isBegun(lot);
  Object.assign(document.body.dataset, { status: screen.state.paused && begun ? "paused" : lot.status, format: lot.format });
  say(nodes.lot, t("Lot %(lot)s", { lot: lot.lot }));
  say(nodes.place, t("%(place)s of %(lots)s", { place: screen.lots.indexOf(lot) + 1, lots: screen.lots.length }) + (lot.format === "english" ? "" : ` · ${FORMATS()[lot.format]}`));
  paintTitles(lot);
  const [label, price, minor] = priceOf(screen, lot);
  say(nodes["price-label"], label);
  sayFitting(nodes.price, price);
  say(nodes.words, [inWords(minor, screen.currency, locale), premium(lot)].filter(Boolean).join(" · "));
  const clock = paintTiming(screen, lot);
  paintDrawing(lot);
  refit(`${lot.lot} ${nodes.timing.hidden} ${nodes.ranking.hidden}`);
  const ascending = lot.format === "english" || lot.format === "timed";
  sayFitting(nodes.leader, lot.leader ? paddleName(lot.leader) : begun && ascending ? t("No bid yet") : "");
  sayFitting(nodes.ask, begun && ascending ? t("Next %(amount)s", { amount: screen.money(lot.ask_minor) }) : "");
  nodes.sold.hidden = lot.status !== "sold" || inTerm(lot, screen.live.now());
  const loud = screen.announcement || (clock?.extended ? clock.note : "");
  const call = words(lot) || loud;
  document.body.dataset.loud = String(Boolean(loud) && call === loud);
  sayFitting(nodes.call, call);
  screen.speak(`${nodes.lot.textContent}: ${price}. ${nodes.leader.textContent}. ${call}`);
}

function paintTitles(lot) {
  const texts = screen.texts.lots[lot.lot] ?? {};
  const second = texts[locale === "zh" ? "en" : "zh"] ?? "";
  sayFitting(nodes.title, texts[locale] ?? "");
  sayFitting(nodes.second, second === texts[locale] ? "" : second);
}

// The drawing of a lot, where no ranking needs its room. Its box has a size of its own and pushes nothing.
function paintDrawing(lot) {
  const picture = screen.texts.lots[lot.lot]?.picture;
  const box = nodes.drawing, image = box.firstElementChild;
  const source = picture ? `/sales/${document.body.dataset.slug}/pictures/${picture}-large` : "";
  box.hidden = !picture || !nodes.ranking.hidden;
  if (source && image.getAttribute("src") !== source) image.src = source;
}

/** By how much a lot was sold above its start. */
function premium(lot) {
  if (lot.status !== "sold" || !lot.start_minor || lot.hammer_minor <= lot.start_minor) return "";
  const percent = Math.round((lot.hammer_minor / lot.start_minor - 1) * 100);
  return percent ? t("%(percent)s above the start", { percent: `${percent}%` }) : "";
}

// What is on: the other lots under way; between two lots those that come, and what the sale has come to so far.
function paintBottom(lot) {
  const { over, next, state } = screen;
  const between = !over && !(lot && isBegun(lot));
  const others = alsoOpen(screen);
  const coming = between ? screen.lots.filter((each) => each.status === "pending" && each.start_minor !== null).slice(0, nodes.call.textContent ? COMING - 1 : COMING) : [];
  paintComing(coming);
  const anyEnded = screen.lots.some(isEnded);
  const line = over ? screen.summary() : others || (between ? (anyEnded ? screen.summary() : "") : next ? comes(next) : "");
  say(nodes.next, state.sale ? line : "");
}

const comes = (lot) => t("Next: lot %(lot)s, %(title)s, start %(amount)s", { lot: lot.lot, title: screen.title(lot), amount: screen.money(lot.start_minor) });

function paintComing(lots) {
  const { coming } = nodes;
  const signature = JSON.stringify(lots.map((lot) => [lot.lot, lot.start_minor, screen.title(lot)]));
  if (coming.dataset.signature === signature) return;
  coming.dataset.signature = signature;
  coming.hidden = !lots.length;
  coming.replaceChildren(...lots.map((lot) => make("li", {},
    make("strong", { class: "figure" }, t("Lot %(lot)s", { lot: lot.lot })), make("span", { class: "clip" }, screen.title(lot)), make("span", { class: "figure" }, screen.money(lot.start_minor)))));
}

function paintClosed() {
  for (const name of ["lot", "place", "second", "price", "price-label", "words", "leader", "ask", "call"]) say(nodes[name], "");
  nodes.timing.hidden = nodes.ranking.hidden = nodes.sold.hidden = nodes.drawing.hidden = true;
  document.body.dataset.status = "";
  sayFitting(nodes.title, t("The sale is over"));
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
