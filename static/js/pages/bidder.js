// The bidder's screen: what is on the block, whether I lead, one big button with the exact next amount.

import { attending } from "../core/alert.js";
import { tellFate } from "../core/fates.js";
import { isBegun, isEnded, isLive } from "../core/fold.js";
import { holdsFor, priceOf, statusWords } from "../core/formats.js";
import { t } from "../core/i18n.js";
import { highestWithin } from "../core/budget.js";
import { leaving } from "../core/left.js";
import { Bids } from "../core/mine.js";
import { amountText, readAmount } from "../core/money.js";
import { say, sayFigure } from "../core/page.js";
import { Reading } from "../core/press.js";
import { readingNotices } from "../core/notices.js";
import { explain, Screen } from "../core/screen.js";
import { paintRight } from "../core/priority.js";
import { Standing } from "../core/standing.js";
import { clockTime } from "../core/ticker.js";
import { farAbove, figuresAndWords, isFar, isSure, readField, setLive } from "../core/typed.js";
import { paintTabs, paintTiming } from "../core/under_way.js";
import { paintAround, watchPrice } from "../core/around.js";
import { asking } from "../core/why.js";
import { paintWins } from "../core/wins.js";

const ASCENDING = new Set(["english", "timed"]);
const FRESH_MS = 300; // no person reads a new amount and presses it within this time

const TYPED = { other: "other-form", maximum: "maximum-form", offer: "envelope" }; // forms in which an amount is typed

let waiting = false;
const shown = { lot: "", amount: null, isFresh: false };
const reading = { bid: new Reading(), right: new Reading() }; // what has been read on the buttons
const steps = new Map(); // by lot: the step from its price to the next amount
const bids = new Bids();
let claim = null; // the lot that a priority right lets me take at its price
let followed = null; // what I did last: what became of it is said until something else is

const outbid = new Set(); // the lots on which I have been told so
const screen = await Screen.open("bidder", paint, { onEvents, onNotice: (_notice, news) => news && navigator.vibrate?.([80, 60, 80]), picks: true, markOf: (lot) => standing.mark(lot) });
const standing = new Standing(screen, bids);
const { nodes } = screen;
const attend = attending(screen);
const paintHouse = readingNotices(screen);
const paintLeft = leaving(screen);
const paintWhy = asking(screen);

nodes.bid.addEventListener("click", pressed);
nodes["other-form"].addEventListener("submit", (event) => typed(event, bid));
nodes["maximum-form"].addEventListener("submit", (event) => typed(event, maximum));
nodes.envelope.addEventListener("submit", (event) => typed(event, offer));
nodes["budget-form"].addEventListener("submit", (event) => typed(event, withinBudget));
for (const form of Object.values(TYPED)) nodes[form].addEventListener("input", paintTyped);
nodes["right-take"].addEventListener("click", takeByRight);
nodes["right-decline"].addEventListener("click", () => right("decline_priority", t("You do not take it at this price")));
nodes["floor-seen"].addEventListener("click", () => { nodes["floor-notice"].hidden = true; });
nodes.channel.addEventListener("change", switchChannel);
nodes.raise.addEventListener("click", raiseMine);
nodes.elsewhere.addEventListener("click", () => screen.choose(null));
watchTheButton();
watchPrice(screen);

function myPaddle() {
  return standing.paddle;
}

function paint() {
  const { lot, over } = screen;
  const paddle = myPaddle();
  nodes.apply.hidden = over || (Boolean(paddle) && !screen.document.holds.includes("DEPOSIT_MISSING"));
  nodes.mine.hidden = !paddle;
  nodes.pad.hidden = !paddle || over;
  nodes.more.hidden = nodes.pad.hidden || !(lot && ASCENDING.has(lot.format) && isBegun(lot));
  nodes.budget.hidden = screen.state.buyer_commission.length === 0;
  if (lot) paintLot(lot);
  const clock = paintTiming(screen, lot);
  paintTabs(screen, (each) => standing.mark(each));
  paintAround(screen, lot, standing, clock);
  paintEnvelope(lot, paddle, clock);
  paintLeft();
  paintHouse();
  attend.paint();
  paintWhy(lot, paddle);
  claim = paintRight(screen, lot, !waiting);
  reading.right.show(claim?.lot ?? "", claim?.price_minor ?? null, performance.now());
  if (claim) nodes.pad.hidden = false; // what is answered is said there
  paintNext(lot, over);
  paintWins(screen, over, paddle);
  paintButton(lot, paddle, clock);
  if (paddle) paintMine(lot);
  if (followed && paddle && !waiting) tell(...tellFate(screen, bids, paddle, followed));
}

// A sum typed for one lot must not reach another.
function forget(lot) {
  if (nodes.title.dataset.lot === lot.lot) return;
  nodes.title.dataset.lot = lot.lot;
  for (const form of [...Object.values(TYPED), "budget-form"]) nodes[form].reset();
  say(nodes["budget-said"], "");
  paintTyped();
}

function paintLot(lot) {
  forget(lot);
  say(nodes.lot, t("Lot %(lot)s", { lot: lot.lot }));
  nodes.status.dataset.status = lot.status;
  say(nodes.status, statusWords(screen, lot));
  say(nodes.title, screen.title(lot));
  nodes.title.href = `/sales/${screen.slug}/lots/${lot.lot}`;
  say(nodes.patents, screen.patents(lot).join(" · "));
  const [label, price] = priceOf(screen, lot);
  say(nodes["price-label"], label);
  sayFigure(nodes.price, price);
  say(nodes.bids, !ASCENDING.has(lot.format) && !isEnded(lot) ? "" : t("Bids: %(count)s", { count: lot.bids }));
  const holds = isEnded(lot) ? [] : holdsFor(screen, lot);
  nodes.holds.hidden = !holds.length;
  say(nodes.holds, holds.join(" "));
  const [me, text] = standing.sentence(lot);
  nodes.standing.dataset.me = me;
  say(nodes.standing, text);
  screen.speak(`${t("Lot %(lot)s", { lot: lot.lot })}: ${label} ${price}. ${text}`);
}

function paintEnvelope(lot, paddle, clock) {
  const sealed = lot?.format === "sealed";
  nodes.envelope.hidden = !sealed || !paddle || isEnded(lot);
  nodes.bid.hidden = Boolean(sealed) || screen.over;
  nodes.pad.hidden ||= Boolean(sealed) && nodes.said.textContent === "";
  if (nodes.envelope.hidden) return;
  const [amount, atMs] = screen.document.offers?.[lot.lot] ?? [];
  const mayRaise = amount && screen.own(lot)?.offers === "raise";
  nodes["my-offer"].hidden = !amount;
  if (amount) say(nodes["my-offer"], t("%(amount)s, sealed at %(time)s", { amount: screen.both(amount), time: clockTime(atMs, screen.zone) }));
  nodes["seal-form"].hidden = !isBegun(lot) || clock?.phase !== "offers" || Boolean(amount && !mayRaise);
  setLive(nodes.envelope, screen.ready && !waiting && !isBarred(lot) && !screen.state.paused);
  say(nodes.seal, mayRaise ? t("Raise it") : t("Seal it"));
}

// The all-in price of a typed amount, below its field.
function paintTyped() {
  for (const [name, form] of Object.entries(TYPED)) {
    const all_in = screen.allIn(soFar(nodes[form].elements.amount.value));
    const words = name === "maximum" ? () => t("at most %(amount)s with commission", { amount: all_in }) : () => t("%(amount)s with commission", { amount: all_in });
    say(nodes[`${name}-all-in`], all_in ? words() : "");
  }
}

function soFar(text) {
  try {
    return readAmount(text, screen.currency);
  } catch {
    return null;
  }
}

const isBarred = (lot) => Boolean(screen.document?.holds?.length || screen.document?.conflicts?.includes(lot?.lot));

const HOLDS = () => ({
  SUSPENDED: t("This paddle is suspended."), DEFAULTER_BARRED: t("This paddle is barred after a default."), DEPOSIT_MISSING: t("The deposit has not arrived."),
});
const why = () => HOLDS()[screen.document.holds[0]] ?? t("This paddle may not bid here.");

function paintNext(lot, over) {
  const { next } = screen;
  nodes.next.hidden = over || !next || Boolean(lot && !isEnded(lot));
  if (next) say(nodes.next, t("Next: lot %(lot)s, %(title)s, start %(amount)s", { lot: next.lot, title: screen.title(next), amount: screen.money(next.start_minor) }));
}

function paintButton(lot, paddle, clock) {
  const mine = paddle !== null && lot?.leader === paddle;
  const barred = isBarred(lot);
  const live = Boolean(lot && isLive(lot)) && !screen.state.paused && clock?.phase !== "over";
  const dear = live && !mine && isAboveLimit(screen.ask(lot));
  const can = Boolean(paddle) && screen.ready && !waiting && live && !mine && !barred && !dear;
  show(live ? lot.lot : "", live ? screen.ask(lot) : null, lot?.format === "dutch");
  for (const form of ["other-form", "maximum-form"]) setLive(nodes[form], Boolean(paddle) && screen.ready && !waiting && live && !barred);
  setLive(nodes["budget-form"], screen.ready);
  nodes.bid.disabled = !can || shown.isFresh;
  nodes.bid.dataset.fresh = String(can && shown.isFresh);
  if (waiting) say(nodes["bid-text"], t("Checking …"));
  else if (!screen.ready) say(nodes["bid-text"], screen.live.link === "catching" ? t("Catching up …") : t("No connection"));
  else if (mine && live) say(nodes["bid-text"], t("You lead"));
  else if (live && barred) say(nodes["bid-text"], screen.document.holds?.length ? why() : t("Conflict of interest: you may not bid on this lot"));
  else if (dear) say(nodes["bid-text"], t("%(amount)s is above your limit", { amount: screen.money(shown.amount) }));
  else if (live) say(nodes["bid-text"], lot.format === "dutch" ? t("Take it at %(amount)s", { amount: screen.money(shown.amount) }) : t("Bid %(amount)s", { amount: screen.money(shown.amount) }));
  else say(nodes["bid-text"], lot?.status === "pending" ? t("Not open yet") : lot && isEnded(lot) ? t("This lot is over") : t("Please wait"));
  const all_in = can ? screen.allIn(shown.amount) : null;
  say(nodes["bid-all-in"], all_in ? t("%(amount)s with commission", { amount: all_in }) : "");
  say(nodes["bid-note"], barred ? why() : dear ? t("%(amount)s of your limit is left", { amount: screen.money(screen.document.available_minor) }) : can ? t("one press, binding") : "");
  nodes.raise.hidden = !(mine && live && lot.format !== "dutch" && !barred);
}

// A press means the amount that was read: where it changes under the finger, the button takes no press for a moment. A
// falling ask is another matter: who sends what he read pays no more than that, and less where it has fallen since.
function show(lot, amount, falls) {
  reading.bid.show(lot, amount, performance.now());
  if (lot === shown.lot && amount === shown.amount) return;
  const isFresh = lot !== shown.lot || !falls;
  Object.assign(shown, { lot, amount, isFresh: isFresh || shown.isFresh });
  if (!isFresh) return;
  clearTimeout(shown.timer);
  shown.timer = setTimeout(() => { shown.isFresh = false; screen.repaint(); }, FRESH_MS);
}

const isAboveLimit = (minor) => (screen.document?.available_minor ?? Infinity) < minor;

// The leader goes further only by a maximum: its field, with the keyboard.
function raiseMine() {
  nodes.more.open = true;
  const { amount } = nodes["maximum-form"].elements;
  amount.focus({ preventScroll: true });
  amount.scrollIntoView({ block: "center" });
}

function paintMine(lot) {
  const mine = screen.document;
  say(nodes.paddle, mine.paddle);
  const most = ASCENDING.has(lot?.format) ? (mine.maxima[lot.lot] ?? null) : null;
  say(nodes["maximum-name"], most !== null && most === lot.price_minor ? t("My bid here") : t("My maximum here"));
  say(nodes.maximum, screen.both(most));
  say(nodes.limit, mine.limit_minor === null ? t("no limit") : screen.money(mine.available_minor));
  nodes.channel.disabled = !screen.ready || waiting;
  if (!waiting) nodes.channel.value = mine.channel;
}

// The first press on a sum that has just risen far only shows it; no press counts for a lot that is not shown.
function pressed() {
  if (shown.lot !== screen.lot?.lot || waiting) return;
  if (isRead("bid")) bid(shown.amount);
}

function isRead(button) {
  const { lot, amount } = reading[button];
  const of = screen.state.lots.get(lot);
  const step = steps.get(lot) ?? screen.texts.lots[lot]?.increment?.fixed_minor ?? Math.ceil((of?.start_minor ?? 0) / 10);
  if (reading[button].press(step, performance.now())) return true;
  answerWith("warn", t("The amount has gone up to %(amount)s. Press again if you mean it.", { amount: figuresAndWords(screen, amount) }));
  return false;
}

function watchTheButton() {
  let onScreen = true;
  const look = () => { for (const each of Object.values(reading)) each.view(onScreen && !document.hidden, performance.now()); };
  new IntersectionObserver(([entry]) => { onScreen = entry.isIntersecting; look(); }).observe(nodes.pad);
  document.addEventListener("visibilitychange", look);
}

function onEvents(_screen, events, news) {
  for (const event of events) {
    bids.note(event);
    if (event.kind === "bid_placed") steps.set(event.lot, event.ask_minor - event.price_minor);
    if (news) follow(event);
  }
}

// Events of a bid of mine are told on every screen of mine, whichever made it.
function follow(event) {
  const me = myPaddle();
  if (event.kind === "lot_opened" && !(followed && isLive(screen.state.lots.get(followed.lot)))) answerWith("", "");
  if (event.kind === "bid_voided" && me) {
    const bid = bids.of(event.lot).findLast((each) => each.voided !== null);
    if (bid?.paddle === me) followed = actOf(bid);
  }
  if (event.kind === "paddle_held") for (const lot of Object.keys(event.lots)) followHold(event, lot, me);
  noticeFloor(event, me);
  if (event.lot) noticeOutbid(screen.state.lots.get(event.lot));
}

// Outbid is felt at once, and told on whichever lot this screen is.
function noticeOutbid(lot) {
  if (!standing.isOutbid(lot)) { outbid.delete(lot.lot); return; }
  if (outbid.has(lot.lot)) return;
  outbid.add(lot.lot);
  attend.isOutbid();
  if (lot !== screen.lot) screen.announce(t("You are outbid on lot %(lot)s: %(amount)s", { lot: lot.lot, amount: screen.money(lot.price_minor) }));
}

// A hold of another may make me lead again; one of mine takes my bids back.
function followHold(event, lot, me) {
  const bid = me && bids.last(lot, me);
  if (bid && (event.lots[lot].leader === me || event.paddle === me)) followed = actOf(bid);
}

// A bid in the hall in my number is told until I have seen it.
function noticeFloor(event, me) {
  if (!me || event.paddle !== me) return;
  if (event.kind === "bid_placed" && event.way === "floor") notice(t("A floor bid of %(amount)s was entered in your number, lot %(lot)s. If it is not yours, tell the auctioneer at once.", { amount: screen.money(event.amount_minor), lot: event.lot }));
  if (event.kind === "paddle_assigned") notice(t("A bid in the room was given your number, lot %(lot)s. If it is not yours, tell the auctioneer at once.", { lot: event.lot }));
}

function notice(words) {
  say(nodes["floor-text"], words);
  nodes["floor-notice"].hidden = false;
  navigator.vibrate?.([120, 80, 120]);
}

async function switchChannel() {
  const { value: channel } = nodes.channel;
  const words = { online: t("You bid online only"), floor: t("You bid in the hall only"), both: t("You bid online and in the hall") };
  await send("channel", { channel }, words[channel]);
}

const actOf = ({ way, lot, seq, amount_minor }) => ({ what: way === "maximum" ? "maximum" : "bid", lot, seq, amount_minor });

// A typed text stays until the server has taken it.
async function typed(event, act) {
  event.preventDefault();
  const field = event.target.elements.amount;
  const [amount, wrong] = readField(field, screen.currency);
  if (wrong) return answerWith("bad", wrong);
  if (!screen.ready) return answerWith("bad", explain({ code: "NOT_SENT" }));
  const text = field.value;
  const done = await act(amount);
  if (done && field.value === text) field.value = "";
  return paintTyped();
}

async function bid(amount_minor) {
  const { lot } = screen;
  if (!lot || waiting || !amount_minor) return false;
  const seen_ask_minor = screen.ask(lot);
  if (isFar("bid", seen_ask_minor, amount_minor) && !(await isSure(nodes, farAbove(screen, seen_ask_minor, amount_minor)))) return false;
  return send("bid", { lot: lot.lot, amount_minor, seen_ask_minor }, { what: "bid", lot: lot.lot, amount_minor });
}

async function maximum(max_minor) {
  const { lot } = screen;
  if (!lot || waiting) return false;
  if (isFar("maximum", lot.ask_minor, max_minor) && !(await isSure(nodes, farAbove(screen, lot.ask_minor, max_minor)))) return false;
  return send("maximum", { lot: lot.lot, max_minor }, { what: "maximum", lot: lot.lot, amount_minor: max_minor });
}

async function offer(amount_minor) {
  const { lot } = screen;
  if (!lot || waiting) return false;
  const amount = figuresAndWords(screen, amount_minor);
  const all_in = screen.allIn(amount_minor);
  const final = screen.own(lot)?.offers !== "raise";
  const question = final ? t("Seal an offer of %(amount)s for lot %(lot)s? It cannot be changed.", { amount, lot: lot.lot }) : t("Seal an offer of %(amount)s for lot %(lot)s?", { amount, lot: lot.lot });
  const isMeant = await isSure(nodes, all_in ? `${question} (${t("%(amount)s with commission", { amount: all_in })})` : question);
  return isMeant && send("bid", { lot: lot.lot, amount_minor }, { what: "offer", lot: lot.lot, amount_minor });
}

async function withinBudget(budget_minor) {
  const { lot } = screen;
  const found = lot && (await highestWithin(screen, lot, budget_minor));
  if (!found) return;
  nodes["maximum-form"].elements.amount.value = amountText(found, screen.currency);
  paintTyped();
}

// While the lot is under way the right is a bid of exactly the price; after the session it is a word of its own.
async function takeByRight() {
  const lot = claim;
  if (!lot || waiting) return;
  const amount_minor = lot.price_minor;
  if (isLive(lot)) {
    if (!isRead("right")) return;
    await send("bid", { lot: lot.lot, amount_minor, seen_ask_minor: amount_minor }, { what: "bid", lot: lot.lot, amount_minor });
    return;
  }
  const question = t("Take lot %(lot)s for %(amount)s? It cannot be taken back.", { lot: lot.lot, amount: screen.money(amount_minor) });
  if (await isSure(nodes, question)) await right("exercise_priority", t("You take it at %(amount)s", { amount: screen.money(amount_minor) }));
}

async function right(name, good) {
  if (claim && !waiting) await send(name, { lot: claim.lot }, good);
}

// `done`: what to say, or the act whose fate is told from then on. Whether it was taken.
async function send(name, message, done) {
  if (waiting) return false;
  waiting = true;
  answerWith("", t("Checking …"));
  screen.repaint();
  const answer = await screen.live.command(name, message, () => answerWith("", t("It was sent, and no answer came yet. Asking what became of it …")));
  await told(answer.seq);
  waiting = false;
  if (answer.code) answerWith("bad", explain(answer));
  else if (typeof done === "string") answerWith("good", done);
  else followed = { ...done, seq: answer.seq };
  screen.repaint();
  return !answer.code;
}

// The button comes back to life only when this screen shows what the bid led to.
async function told(seq) {
  const giveUpAt = performance.now() + 3000;
  while (seq && screen.state.seq < seq && performance.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 20));
}

function answerWith(kind, text) {
  followed = null;
  tell(kind, text);
}

function tell(kind, text) {
  nodes.said.dataset.kind = kind;
  say(nodes.said, text);
}
