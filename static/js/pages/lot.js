// A lot's public page stays true while it is read: state, price or falling ask, and the clock. Without this script the
// page still says how the lot stood when it was loaded.

import { isBegun } from "../core/fold.js";
import { clockOf, hasPrice, priceOf, statusWords } from "../core/formats.js";
import { t } from "../core/i18n.js";
import { Ladder, loadEvents, pointsOf } from "../core/ladder.js";
import { outbidBanner } from "../core/outbid.js";
import { say } from "../core/page.js";
import { termWords } from "../core/priority.js";
import { paddleName } from "../core/ticker.js";
import { Screen } from "../core/screen.js";

const { lot: number, own, slug } = document.body.dataset;
navigator.sendBeacon(`/sales/${slug}/lots/${number}/seen`); // counted without a name, once a day
const tag = document.querySelector("header [data-status]");
const course = { events: [], ladder: null };
const screen = await Screen.open(document.body.dataset.part ?? "watcher", paint, { withTexts: false, onEvents });
const paintOutbid = outbidBanner(screen);
screen.texts.lots[number] = { own: JSON.parse(own) };

function paint() {
  paintOutbid();
  const lot = screen.state.lots.get(number);
  if (!lot) return;
  const { nodes } = screen;
  tag.dataset.status = lot.status;
  say(tag, statusWords(screen, lot));
  const start = screen.money(lot.start_minor);
  if (nodes.start.textContent !== start) nodes.changed.hidden = false;
  say(nodes.start, start);
  const [what, amount] = priceOf(screen, lot);
  nodes.what.hidden = nodes.now.hidden = !hasPrice(lot) && !isBegun(lot);
  say(nodes.what, what);
  say(nodes.amount, amount);
  const clock = clockOf(screen, lot);
  nodes["buyer-name"].hidden = nodes.buyer.hidden = lot.status !== "sold";
  say(nodes.buyer, lot.leader === null ? "" : lot.even_held ? t("%(who)s, although held", { who: paddleName(lot.leader) }) : paddleName(lot.leader));
  const term = termWords(screen, lot);
  nodes["right-name"].hidden = nodes.right.hidden = !term;
  say(nodes.right, term);
  say(nodes["clock-line"], clock ? `${clock.label} ${clock.figure}`.trim() : "");
}

// The picture of the price is there while the lot is under way; it is drawn again only by an event of its own.
async function onEvents(here, events, news) {
  const lot = here.state.lots.get(number);
  if (!lot || !(isBegun(lot) || course.ladder)) return;
  const own = events.filter((event) => event.lot === number || event.lots?.[number]);
  if (!course.ladder || !news) await drawAnew(here, lot);
  else if (own.length) drawOn(here, own);
}

async function drawAnew(here, lot) {
  course.ladder ??= new Ladder(here.nodes.ladder, { lot: number, currency: here.currency, zone: here.zone, straight: lot.format === "dutch" });
  course.events = await loadEvents(here.id, number);
  drawOn(here, []);
}

function drawOn(here, events) {
  course.events.push(...events.filter((event) => event.seq > (course.events.at(-1)?.seq ?? 0)));
  const points = pointsOf(course.events, number);
  here.nodes["ladder-box"].hidden = !points.length;
  if (points.length) course.ladder.show(points);
}
