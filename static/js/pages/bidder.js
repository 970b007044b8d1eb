// The bidder's screen: what is on the block, whether I lead, one big button with the exact next amount.

import { isEnded, isLive } from "../core/fold.js";
import { t } from "../core/i18n.js";
import { parseMoney } from "../core/money.js";
import { say, sayFigure } from "../core/page.js";
import { explain, STATUS, Screen } from "../core/screen.js";
import { paddleName, paused } from "../core/ticker.js";

const FAR_ABOVE = { bid: 1.5, maximum: 10 }; // times the ask: there a person is asked once more
const FRESH_MS = 300; // nobody reads a new amount and presses it within this time

let waiting = false;
const shown = { what: "", amount: null, isFresh: false };
const bidders = new Map(); // by lot: the paddles that bid
let myLast = null; // my last bid, as the stream tells it

const screen = await Screen.open("bidder", paint, { onEvents });
const { nodes } = screen;

nodes.bid.addEventListener("click", () => bid(shown.amount));
nodes["other-form"].addEventListener("submit", (event) => typed(event, bid));
nodes["maximum-form"].addEventListener("submit", (event) => typed(event, maximum));

function myPaddle() {
  return screen.document?.of === "bidder" ? screen.document.paddle : null;
}

function paint() {
  const { lot, over } = screen;
  const paddle = myPaddle();
  nodes.apply.hidden = Boolean(paddle) || over;
  nodes.mine.hidden = !paddle;
  nodes.more.hidden = nodes.pad.hidden = !paddle || over;
  if (lot) paintLot(lot, paddle);
  paintNext(lot, over);
  paintOver(over, paddle);
  paintButton(lot, paddle);
  if (paddle) paintMine(lot);
}

function paintLot(lot, paddle) {
  say(nodes.lot, t("Lot %(lot)s", { lot: lot.lot }));
  nodes.status.dataset.status = lot.status;
  say(nodes.status, STATUS()[lot.status]);
  say(nodes.title, screen.title(lot));
  nodes.title.href = `/sales/${screen.slug}/lots/${lot.lot}`;
  say(nodes.patents, screen.patents(lot).join(" · "));
  const label = lot.status === "sold" ? t("Hammer price") : lot.price_minor === null ? t("Start") : t("Price");
  const price = screen.money(lot.price_minor ?? lot.start_minor);
  say(nodes["price-label"], label);
  sayFigure(nodes.price, price);
  say(nodes.bids, t("Bids: %(count)s", { count: lot.bids }));
  const [me, text] = standing(lot, paddle);
  nodes.standing.dataset.me = me;
  say(nodes.standing, text);
  screen.speak(`${t("Lot %(lot)s", { lot: lot.lot })}: ${label} ${price}. ${text}`);
}

function standing(lot, paddle) {
  const mine = paddle !== null && lot.leader === paddle;
  if (lot.status === "sold") return mine ? ["won", t("It is yours!")] : ["", t("Sold to %(who)s", { who: paddleName(lot.leader) })];
  if (lot.status === "passed") return ["", t("Passed, not sold")];
  if (lot.status === "withdrawn") return ["", t("Withdrawn")];
  if (screen.state.paused || lot.status === "paused") return ["wait", paused(screen.state.pause_reason)];
  const warned = lot.status === "fair_warning" ? `${t("Fair warning!")} ` : "";
  if (mine) return ["leads", warned + t("You lead")];
  if (lot.leader === null) return [warned ? "wait" : "", warned + t("No bid yet")];
  const leads = t("%(who)s leads", { who: paddleName(lot.leader) });
  if (bidders.get(lot.lot)?.has(paddle)) return ["outbid", `${warned}${t("You are outbid")} · ${leads}`];
  return [warned ? "wait" : "", warned + leads];
}

function paintNext(lot, over) {
  const { next } = screen;
  nodes.next.hidden = over || !next || Boolean(lot && !isEnded(lot));
  if (next) say(nodes.next, t("Next: lot %(lot)s, %(title)s, start %(amount)s", { lot: next.lot, title: screen.title(next), amount: screen.money(next.start_minor) }));
}

function paintOver(over, paddle) {
  nodes.over.hidden = !over;
  if (!over) return;
  const mine = [...screen.state.lots.values()].filter((lot) => lot.status === "sold" && lot.leader === paddle);
  const spent = mine.reduce((sum, lot) => sum + lot.hammer_minor, 0);
  say(nodes["over-all"], screen.summary());
  say(nodes["over-mine"], mine.length ? t("Yours: %(lots)s, %(amount)s in all", { lots: mine.map((lot) => t("Lot %(lot)s", { lot: lot.lot })).join(", "), amount: screen.money(spent) }) : "");
}

function paintButton(lot, paddle) {
  const mine = paddle !== null && lot?.leader === paddle;
  const barred = screen.document?.holds?.length || screen.document?.conflicts?.includes(lot?.lot);
  const live = Boolean(lot && isLive(lot)) && !screen.state.paused;
  const can = Boolean(paddle) && screen.ready && !waiting && live && !mine && !barred;
  show(live ? lot.lot : "", live ? lot.ask_minor : null);
  nodes.bid.disabled = !can || shown.isFresh;
  nodes.bid.dataset.fresh = String(can && shown.isFresh);
  if (waiting) say(nodes["bid-text"], t("Checking …"));
  else if (!screen.ready) say(nodes["bid-text"], screen.live.link === "catching" ? t("Catching up …") : t("No connection"));
  else if (mine && live) say(nodes["bid-text"], t("You lead"));
  else if (live) say(nodes["bid-text"], t("Bid %(amount)s", { amount: screen.money(lot.ask_minor) }));
  else say(nodes["bid-text"], t("Please wait"));
  say(nodes["bid-note"], barred ? t("This paddle may not bid here.") : can ? t("one press, binding") : "");
}

// A press means the amount that was read: where it changes under the finger, the button takes no press for a moment.
function show(lot, amount) {
  const what = `${lot} ${amount}`;
  if (what === shown.what) return;
  clearTimeout(shown.timer);
  const timer = setTimeout(() => { shown.isFresh = false; screen.repaint(); }, FRESH_MS);
  Object.assign(shown, { what, amount, isFresh: true, timer });
}

function paintMine(lot) {
  const mine = screen.document;
  say(nodes.paddle, mine.paddle);
  say(nodes.maximum, screen.money(mine.maxima?.[lot?.lot] ?? null));
  say(nodes.limit, mine.limit_minor === null ? t("no limit") : screen.money(mine.available_minor));
}

function onEvents(_screen, events, news) {
  for (const event of events) {
    if (event.kind === "lot_opened" && news) answerWith("", "");
    if (event.kind !== "bid_placed") continue;
    bidders.set(event.lot, (bidders.get(event.lot) ?? new Set()).add(event.paddle));
    if (event.paddle === myPaddle()) myLast = event;
  }
  if (!news) return;
  const last = events.findLast((event) => event.kind === "bid_placed");
  if (!last || last.leader === myPaddle() || !bidders.get(last.lot)?.has(myPaddle())) return;
  answerWith("", "");
  navigator.vibrate?.(120);
}

function typed(event, act) {
  event.preventDefault();
  const field = event.target.elements.amount;
  const amount = parseMoney(field.value);
  field.setAttribute("aria-invalid", String(amount === null));
  if (amount === null) return answerWith("bad", t("This is not an amount."));
  field.value = "";
  return act(amount);
}

async function bid(amount_minor) {
  const { lot } = screen;
  if (!lot || waiting || !amount_minor) return;
  if (isFar("bid", lot, amount_minor) && !(await isSure(amount_minor))) return;
  await send("bid", { lot: lot.lot, amount_minor }, t("Your bid of %(amount)s stands", { amount: screen.money(amount_minor) }));
}

async function maximum(max_minor) {
  const { lot } = screen;
  if (!lot || waiting) return;
  if (isFar("maximum", lot, max_minor) && !(await isSure(max_minor))) return;
  await send("maximum", { lot: lot.lot, max_minor }, t("Your maximum of %(amount)s is set", { amount: screen.money(max_minor) }));
}

async function send(name, message, good) {
  if (waiting) return;
  waiting = true;
  answerWith("", t("Checking …"));
  screen.repaint();
  const answer = await screen.live.command(name, message, () => answerWith("", t("Checking …")));
  await told(answer.seq);
  waiting = false;
  if (answer.code) answerWith("bad", explain(answer));
  else if (isBeaten(answer)) answerWith("bad", t("An earlier maximum of another bidder is higher."));
  else answerWith("good", good);
  screen.repaint();
}

// The button comes back to life only when this screen shows what the bid led to.
async function told(seq) {
  const giveUpAt = performance.now() + 3000;
  while (seq && screen.state.seq < seq && performance.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 20));
}

const isBeaten = (answer) => myLast && Math.abs(myLast.seq - answer.seq) < 2 && myLast.leader !== myLast.paddle;

function answerWith(kind, text) {
  nodes.said.dataset.kind = kind;
  say(nodes.said, text);
}

const isFar = (what, lot, amount) => Boolean(lot.ask_minor) && amount > lot.ask_minor * FAR_ABOVE[what];

function isSure(amount) {
  say(nodes["sure-text"], t("%(amount)s is far above the next amount. Do you mean it?", { amount: screen.money(amount) }));
  nodes.sure.returnValue = "no";
  nodes.sure.showModal();
  return new Promise((resolve) => nodes.sure.addEventListener("close", () => resolve(nodes.sure.returnValue === "yes"), { once: true }));
}
