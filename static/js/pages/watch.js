// The live sale for those who only watch: the lot on the block with its price as a picture, and how far the sale has come.

import { inTerm, isBegun, isEnded } from "../core/fold.js";
import { FORMATS, priceOf, statusWords } from "../core/formats.js";
import { locale, t } from "../core/i18n.js";
import { Ladder, loadEvents, pointsOf } from "../core/ladder.js";
import { inWords } from "../core/money.js";
import { say, sayFigure } from "../core/page.js";
import { paintProgress } from "../core/progress.js";
import { Screen } from "../core/screen.js";
import { termWords } from "../core/priority.js";
import { paddleName, paused } from "../core/ticker.js";
import { paintTabs, paintTiming } from "../core/under_way.js";

const course = { lot: null, events: [], ladder: null, isOld: false }; // of the lot that is shown
const screen = await Screen.open("watcher", paint, { onEvents, picks: true });
const { nodes } = screen;

function paint() {
  const { lot } = screen;
  paintTabs(screen, () => ["", ""]);
  paintProgress(screen);
  say(nodes.summary, screen.summary());
  if (!lot) return;
  const begun = isBegun(lot);
  document.body.dataset.status = screen.state.paused && begun ? "paused" : lot.status;
  say(nodes.lot, t("Lot %(lot)s", { lot: lot.lot }));
  say(nodes.place, t("%(place)s of %(lots)s", { place: screen.lots.indexOf(lot) + 1, lots: screen.lots.length }) + (lot.format === "english" ? "" : ` · ${FORMATS()[lot.format]}`));
  nodes.status.dataset.status = lot.status;
  say(nodes.status, statusWords(screen, lot));
  say(nodes.title, screen.title(lot));
  nodes.title.href = `/sales/${screen.slug}/lots/${lot.lot}`;
  const [label, price, minor] = priceOf(screen, lot);
  say(nodes["price-label"], label);
  sayFigure(nodes.price, price);
  say(nodes.words, inWords(minor, screen.currency, locale));
  paintTiming(screen, lot);
  paintLeader(lot, begun);
  const call = callOf(lot) || screen.announcement;
  say(nodes.call, call);
  screen.speak(`${nodes.lot.textContent}: ${price}. ${nodes.leader.textContent}. ${call}`);
  if (course.lot !== lot.lot || course.isOld) drawAnew(lot);
}

function paintLeader(lot, begun) {
  const ascending = lot.format === "english" || lot.format === "timed";
  const wins = lot.status === "sold" && !inTerm(lot, screen.live.now());
  nodes.leader.dataset.won = String(wins);
  const leads = begun ? t("%(who)s leads", { who: paddleName(lot.leader) }) : paddleName(lot.leader);
  say(nodes.leader, lot.leader ? (wins ? t("Sold to %(who)s", { who: paddleName(lot.leader) }) : leads) : begun && ascending ? t("No bid yet") : "");
  say(nodes.ask, begun && ascending ? t("Next %(amount)s", { amount: screen.money(lot.ask_minor) }) : "");
}

function callOf(lot) {
  if (screen.state.closed) return t("The sale is over");
  if (isBegun(lot) && (screen.state.paused || lot.status === "paused")) return paused(screen.state.pause_reason);
  if (lot.status === "fair_warning") return t("Fair warning!");
  return lot.status === "sold" ? termWords(screen, lot) : "";
}

// The picture belongs to the lot that is shown, and is drawn again only by an event of its own.
function onEvents(_here, events, news) {
  const own = events.filter((event) => event.lot === course.lot || event.lots?.[course.lot]);
  if (!news || (own.length && !course.ladder)) course.isOld = true; // it is asked for anew
  else if (own.length) drawOn(own);
}

async function drawAnew(lot) {
  if (course.lot !== lot.lot) nodes["ladder-box"].hidden = true;
  Object.assign(course, { lot: lot.lot, events: [], ladder: null, isOld: false });
  if (!isBegun(lot) && !isEnded(lot)) return;
  const events = await loadEvents(screen.id, lot.lot);
  if (course.lot !== lot.lot) return;
  course.ladder = new Ladder(nodes.ladder, { lot: lot.lot, currency: screen.currency, zone: screen.zone, straight: lot.format === "dutch" });
  drawOn(events);
}

function drawOn(events) {
  course.events.push(...events.filter((event) => event.seq > (course.events.at(-1)?.seq ?? 0)));
  const points = pointsOf(course.events, course.lot);
  nodes["ladder-box"].hidden = !points.length;
  if (points.length) course.ladder.show(points);
}
