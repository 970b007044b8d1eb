// The auctioneer's console, keyboard first. Every call is one key away from the block; what ends a lot, takes something
// back or takes the gavel from another takes two presses, the second of which does what the first one showed.

import { sayFitting } from "../core/fit.js";
import { isBegun, isLive } from "../core/fold.js";
import { FORMATS, statusWords } from "../core/formats.js";
import { t } from "../core/i18n.js";
import { Gavel } from "../core/gavel.js";
import { LateBids } from "../core/late.js";
import { Bids } from "../core/mine.js";
import { paintOpen } from "../core/open_table.js";
import { make, say } from "../core/page.js";
import { explain, Screen } from "../core/screen.js";
import { openingTogether } from "../core/lists.js";
import { paceWords, underbidderWords, wireSteps } from "../core/pace.js";
import { paintPresence, waitMs } from "../core/presence.js";
import { noticeForm } from "../core/notice_form.js";
import { paintAsked } from "../core/priority.js";
import { SecondPress } from "../core/second_press.js";
import { paddleName, paused, reasonWords, ROOM } from "../core/ticker.js";
import { figuresAndWords, isFar, readField, setLive } from "../core/typed.js";
import { paintTiming } from "../core/under_way.js";
import { isLeaderHeld, paintWaiting, roomsOf } from "../core/waiting.js";

const { keys, reasons: REASONS } = JSON.parse(document.body.dataset.console); // as the table of acts has them
const BY_KEY = Object.fromEntries(Object.entries(keys).map(([name, key]) => [key, name]));
const AFTER_BEGINNING = REASONS.withdraw.filter((code) => code !== "CONSIGNOR"); // the consignor may withdraw only before

let said = ["", ""];
let asked = null; // whose answer about a priority right comes first

const bids = new Bids();
const acts = new SecondPress(() => screen.repaint());
const late = new LateBids(() => screen.repaint());
const screen = await Screen.open("desk", paint, { onEvents, picks: true, onLateBid: (bid) => late.add([bid]) });
const { nodes } = screen;
const gavel = new Gavel(screen);
const paintNotices = noticeForm(screen);
const buttons = Object.fromEntries([...document.querySelectorAll("[data-do]")].map((node) => [node.dataset.do, node]));

for (const [name, button] of Object.entries(buttons)) button.addEventListener("click", () => call(name));
nodes.floor.addEventListener("submit", floorBid);
nodes["ask-form"].addEventListener("submit", callAsk);
const paintSteps = wireSteps(screen, (lot, amount_minor) => entered([], { do: "set_ask", lot: lot.lot, amount_minor }));
for (const form of [nodes.floor, nodes["ask-form"]]) form.addEventListener("input", () => acts.disarm());
nodes["show-keys"].addEventListener("click", () => nodes.keys.showModal());
nodes["show-notices"].addEventListener("click", () => nodes.notices.showModal());
nodes["asked-take"].addEventListener("click", takesByRight);
nodes["asked-decline"].addEventListener("click", () => send({ do: "decline_priority", lot: screen.lot.lot, paddle: asked }));
document.addEventListener("keydown", onKey);

function holdsGavel() {
  return gavel.isMine;
}

// --- what is seen ---

function paint() {
  const { lot } = screen;
  acts.shows(lot?.lot);
  gavel.paint(acts.armed?.name === "take_gavel");
  if (lot) paintLot(lot);
  else say(nodes.status, "");
  paintCalls(lot, paintTiming(screen, lot));
  paintOpen(screen);
  paintNext();
  late.add(screen.presence?.late ?? []);
  paintPresence(screen, bids);
  paintNotices();
  paintPaddles();
  paintWaiting(screen, lot, { ...WAITING, wish: gavel.wish }, holdsGavel() && screen.ready);
  paintArmed();
  late.paint(screen);
}

// What is armed, in words, and the reasons to choose from where it needs one: the choice is the second press.
function paintArmed() {
  const { armed } = acts;
  const reasons = armed?.reasons ?? [];
  nodes.asking.hidden = !reasons.length;
  const [kind, text] = armed && !reasons.length && armed.name !== "hammer" ? ["warn", armed.words] : said;
  nodes.said.dataset.kind = kind;
  say(nodes.said, text);
  for (const [name, button] of Object.entries(buttons)) button.dataset.armed = String(armed?.name === name);
  say(nodes["asking-text"], armed?.words ?? "");
  const signature = reasons.join();
  if (nodes.reasons.dataset.signature === signature) return;
  nodes.reasons.dataset.signature = signature;
  nodes.reasons.replaceChildren(...reasons.map((code, place) => {
    const button = make("button", { type: "button", "data-reason": code }, `${reasonWords(code)} `, make("kbd", {}, String(place + 1)));
    button.addEventListener("click", () => because(code));
    return button;
  }));
}

function paintLot(lot) {
  say(nodes.lot, t("Lot %(lot)s", { lot: lot.lot }));
  nodes.status.dataset.status = lot.status;
  say(nodes.status, statusWords(screen, lot));
  say(nodes.title, screen.title(lot));
  say(nodes.patents, screen.patents(lot).join(" · "));
  sayFitting(nodes.price, screen.money(lot.price_minor));
  sayFitting(nodes.leader, lot.leader === null ? "–" : paddleName(lot.leader));
  sayFitting(nodes.ask, screen.money(screen.ask(lot)));
  say(nodes["at-limit"], screen.document?.at_limit?.includes(lot.lot) ? t("limit reached") : "");
  nodes.leader.dataset.held = String(isLeaderHeld(screen, lot));
  say(nodes.start, lot.start_minor === null ? "" : t("start %(amount)s", { amount: screen.money(lot.start_minor) }));
  say(nodes.format, FORMATS()[lot.format]);
  say(nodes.bids, lot.format === "sealed" && isBegun(lot) ? "" : t("Bids: %(count)s", { count: lot.bids }));
  paintLamp(lot);
  say(nodes.under, underbidderWords(screen, bids, lot));
  paintSteps(lot);
  screen.speak(`${t("Lot %(lot)s", { lot: lot.lot })}: ${screen.money(lot.price_minor)}, ${lot.leader === null ? t("No bid yet") : paddleName(lot.leader)}`);
}

function paintLamp(lot) {
  const met = screen.document?.lamps?.[lot.lot];
  const known = lot.has_reserve && met !== undefined && isBegun(lot);
  nodes.lamp.dataset.met = known ? String(met) : "";
  say(nodes.lamp, !lot.has_reserve ? t("none") : !known ? "–" : met ? t("met") : t("not met"));
  const stuck = known && !met && isLive(lot) && lot.leader !== null;
  say(nodes["lamp-note"], stuck ? t("Below the reserve. %(who)s cannot bid over himself; he may raise his maximum.", { who: paddleName(lot.leader) }) : "");
}

// What N opens: the lot that is chosen, else the next, but nothing by the way while a lot is being led.
function target() {
  const { lot, next, lots } = screen;
  const leading = lots.some((each) => each.format === "english" && isBegun(each));
  const wanted = lot?.status === "pending" ? lot : leading ? null : next;
  return wanted?.start_minor && !(leading && wanted.format === "english") ? wanted : null;
}

function paintCalls(lot, clock) {
  const lead = holdsGavel() && screen.ready && !screen.state.closed;
  const halted = screen.state.paused;
  const waits = lot?.format === "sealed" && clock?.phase === "over";
  const live = Boolean(lot && isLive(lot)) && clock?.phase !== "over";
  const spoken = live && lot.format === "english";
  const still = lot?.status === "paused";
  const led = Boolean(lot) && isBegun(lot) && lot.leader !== null;
  const halts = still && Boolean(screen.document?.in_question?.includes(lot.lot)); // its time is over, and a person decides
  const wanted = target();
  const list = openingTogether(screen, wanted);
  asked = paintAsked(screen, lot, holdsGavel() && screen.ready && !halted);
  const can = {
    open_lot: wanted && !halted, open_list: list.length > 1 && !halted, fair_warning: spoken, hammer: (led && spoken && !asked) || halts, pass: spoken || halts || (still && lot.format === "english"), void_last: led,
    pause: (live || still) && !halted, pause_sale: !screen.over, reopen: screen.document?.reopenable?.includes(lot?.lot) && !halted,
    withdraw: (Boolean(lot) && isBegun(lot)) || lot?.status === "pending", open_offers: waits && !still && !halted,
  };
  nodes.entry.dataset.off = String(Boolean(lot && lot.format !== "english" && isBegun(lot))); // no auctioneer calls there
  buttons.open_offers.hidden = !(lot?.format === "sealed" && isBegun(lot));
  buttons.fair_warning.hidden = !buttons.open_offers.hidden;
  buttons.open_list.dataset.off = String(list.length < 2);
  say(nodes["list-text"], list.length < 2 ? "" : t("Open %(count)s timed lots: %(first)s to %(last)s", { count: list.length, first: list[0].lot, last: list.at(-1).lot }));
  buttons.take_gavel.disabled = !screen.ready;
  for (const [name, possible] of Object.entries(can)) buttons[name].disabled = !lead || !possible;
  for (const form of [nodes.floor, nodes["ask-form"]]) setLive(form, Boolean(lead && spoken));
  say(nodes["open-text"], wanted ? t("Open lot %(lot)s", { lot: wanted.lot }) : screen.next ? t("Open the next lot") : t("No lot left"));
  say(nodes["pause-text"], still && !halted ? t("Resume the lot") : t("Pause the lot"));
  say(nodes["pause-sale-text"], halted ? t("Resume the sale") : t("Pause the sale"));
  say(nodes["hammer-text"], hammerWords(lot, live));
  say(nodes["floor-hint"], spoken ? t("empty: %(amount)s", { amount: screen.money(lot.ask_minor) }) : t("empty: the next amount"));
}

const isBelowReserve = (lot) => lot.leader !== null && lot.has_reserve && screen.document?.lamps?.[lot.lot] === false;

function hammerWords(lot, live) {
  if (live && isBelowReserve(lot)) return t("Hammer: below the reserve");
  if (live && asked) return t("Hammer: first ask %(who)s", { who: paddleName(asked) });
  if (acts.armed?.name === "hammer") return acts.armed.words;
  return live && roomsOf(screen, lot).length ? t("Hammer: which paddle?") : t("Hammer");
}

function paintNext() {
  const { next, over, state } = screen;
  nodes.notice.hidden = !over && !state.paused;
  say(nodes.notice, over ? t("The sale is over: %(summary)s", { summary: screen.summary() }) : state.paused ? paused(state.pause_reason) : "");
  const { left_on: left = 0 } = screen.document ?? {};
  say(nodes.pace, [paceWords(screen.lots), left ? t("maxima left on %(count)s lots to come", { count: left }) : ""].filter(Boolean).join(" · "));
  say(nodes.next, next ? t("Next: lot %(lot)s, %(title)s, start %(amount)s", { lot: next.lot, title: screen.title(next), amount: screen.money(next.start_minor) }) : "");
}

function paintPaddles() {
  const paddles = screen.document?.paddles ?? [];
  const known = paddles.join();
  if (nodes.paddles.dataset.known === known) return;
  nodes.paddles.dataset.known = known;
  nodes.paddles.replaceChildren(...paddles.map((paddle) => make("option", { value: paddle })));
}

// --- what is done ---

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "Escape") { acts.disarm(); document.activeElement?.blur(); screen.choose(null); return; }
  if (nodes.keys.open || nodes.notices.open || document.activeElement?.tagName === "INPUT") return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); chooseBeside(event.key === "ArrowDown" ? 1 : -1); return; }
  const key = event.key.toLowerCase();
  const reason = acts.armed?.reasons?.[Number(key) - 1];
  if (reason) { event.preventDefault(); because(reason); return; }
  if (key === "?") { nodes.keys.showModal(); return; }
  if (key === "m") { event.preventDefault(); nodes.notices.showModal(); return; }
  const stepKey = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (stepKey) { event.preventDefault(); stepKey.click(); return; }
  const name = key === "l" ? "open_list" : BY_KEY[key];
  const field = { floor_bid: nodes.floor.elements.paddle, set_ask: nodes["ask-form"].elements.amount }[name];
  if (field) { event.preventDefault(); field.focus(); }
  else if (name && !buttons[name].disabled) { event.preventDefault(); call(name); }
}

function chooseBeside(step) {
  const { lots, lot } = screen;
  const place = lots.findIndex((each) => each.lot === lot?.lot) + step;
  if (lots[place]) screen.choose(lots[place].lot);
}

function call(name) {
  const { lot } = screen;
  if (SECOND[name]?.(lot)) return undefined;
  acts.disarm();
  if (name === "open_list") return openList();
  if (name === "open_lot") return send({ do: name, lot: target()?.lot });
  if (name === "pause") return send({ do: "resume", lot: lot.lot });
  if (name === "pause_sale") return send({ do: "resume_sale" });
  return send(name === "take_gavel" ? { do: name } : { do: name, ...aboutLot(name, lot) });
}

// By the name of a call: what is done instead of calling at once, where it takes a second press.
const SECOND = {
  hammer: (lot) => {
    if (lot.leader === null) return twice("hammer", lot, t("Sell lot %(lot)s to the best offer, also where its paddle is held? Again to hammer.", { lot: lot.lot }), { do: "hammer", lot: lot.lot, even_held: true });
    if (roomsOf(screen, lot).length) { (lot.leader === ROOM ? nodes.floor.elements.paddle : nodes.rooms.querySelector("input"))?.focus(); answerWith("bad", t("Type the paddle of the bid in the room.")); return true; }
    if (isBelowReserve(lot)) { answerWith("bad", t("Lot %(lot)s is below its reserve and cannot be sold. %(who)s may raise his maximum; else pass it.", leadOf(lot))); return true; }
    const message = { do: "hammer", lot: lot.lot, paddle: lot.leader, amount_minor: lot.price_minor };
    if (isLeaderHeld(screen, lot)) return twice("hammer", lot, t("%(who)s is held. Sell lot %(lot)s to it for %(amount)s all the same? Again to hammer.", leadOf(lot)), { ...message, even_held: true });
    return twice("hammer", lot, t("Sell lot %(lot)s to %(who)s for %(amount)s? Again to hammer.", leadOf(lot)), message);
  },
  pass: (lot) => lot.leader !== null && twice("pass", lot, t("Pass lot %(lot)s, although %(who)s leads at %(amount)s? Again to pass.", leadOf(lot)), { do: "pass", ...aboutLot("pass", lot) }),
  take_gavel: () => {
    if (!screen.document?.gavel || gavel.isGiven) return false;
    const lot = screen.lots.find((each) => each.format === "english" && isBegun(each)) ?? null;
    const who = gavel.name || t("the other auctioneer");
    const words = lot ? t("Take the gavel from %(name)s in the middle of lot %(lot)s? Again to take it.", { name: who, lot: lot.lot }) : t("Take the gavel from %(name)s? Again to take it.", { name: who });
    return twice("take_gavel", lot, words, { do: "take_gavel" });
  },
  pause: (lot) => lot.status !== "paused" && why("pause", lot, t("Pause lot %(lot)s? Say why, or press again.", { lot: lot.lot }), REASONS.pause, true),
  pause_sale: () => !screen.state.paused && why("pause_sale", null, t("Pause the whole sale? Say why, or press again."), REASONS.pause_sale, true),
  void_last: (lot) => why("void_last", lot, t("Take back the last bid on lot %(lot)s (%(who)s leads at %(amount)s)? Say why.", leadOf(lot)), REASONS.void_last),
  reopen: (lot) => why("reopen", lot, t("Open lot %(lot)s again? Say why.", { lot: lot.lot }), REASONS.reopen),
  withdraw: (lot) => isBegun(lot)
    ? why("withdraw", lot, t("Withdraw lot %(lot)s, which is under way, for good? Say why.", { lot: lot.lot }), AFTER_BEGINNING)
    : why("withdraw", lot, t("Withdraw lot %(lot)s for good? Say why.", { lot: lot.lot }), REASONS.withdraw),
};

const WAITING = {
  assign: (of_seq, paddle) => send({ do: "assign_paddle", lot: screen.lot.lot, paddle, of_seq }),
  voidBid: (of_seq, amount_minor) => {
    const { lot } = screen;
    acts.isSecond("void_room", String(of_seq), () => ({
      lot: lot.lot, words: t("Take back the bid of %(amount)s in the room? Say why.", { amount: screen.money(amount_minor) }),
      reasons: REASONS.void_last, message: { do: "void_last", lot: lot.lot, of_seq },
    }));
  },
  handOver: (wish) => gavel.handOver(wish),
  voidHeld: ({ paddle }) => twice("void_held", null, t("Take back every bid of %(who)s, as the organizer asks? Again to do it.", { who: paddleName(paddle) }), { do: "void_held", paddle }),
};

const leadOf = (lot) => ({ lot: lot.lot, who: lot.leader === null ? "–" : paddleName(lot.leader), amount: screen.money(lot.price_minor) });
// The lead at the press of these. For another lead the server refuses them.
const LEAD_NAMED = new Set(["pass", "void_last", "withdraw"]);
const aboutLot = (name, lot) => (LEAD_NAMED.has(name) ? { lot: lot.lot, seen: [lot.leader, lot.price_minor] } : { lot: lot.lot });
const seenOf = (lot) => (lot ? [lot.lot, lot.status, lot.leader, lot.price_minor].join() : "");

// The first press arms the act with what is on this screen; the second does exactly that, or nothing.
function twice(name, lot, words, message) {
  if (acts.isSecond(name, seenOf(lot), () => ({ lot: lot?.lot, words, message }))) send(acts.take().message);
  return true;
}

// The second press of these is the choice of a reason; where none is needed, the same key again.
function why(name, lot, words, reasons, mayLack = false) {
  const message = { do: name, ...(lot && aboutLot(name, lot)) };
  const again = acts.isSecond(name, mayLack ? lot?.lot ?? "" : seenOf(lot), () => ({ lot: mayLack ? undefined : lot.lot, words, reasons, message }));
  if (again && mayLack) send(acts.take().message);
  return true;
}

function because(reason) {
  const { message } = acts.take();
  send({ ...message, reason });
}

function onEvents(_screen, events, news) {
  for (const event of events) bids.note(event);
  if (!news) return acts.disarm();
  const taken = events.findLast((event) => event.kind === "gavel_taken");
  if (taken && taken.auctioneer !== document.body.dataset.me && holdsGavel()) answerWith("bad", t("Another auctioneer has taken the gavel. Your armed act is off."));
  return acts.news(events);
}

function floorBid(event) {
  event.preventDefault();
  const { paddle, amount } = nodes.floor.elements;
  const { lot } = screen;
  const number = paddle.value.trim() || null;
  const isEmpty = !amount.value.trim();
  if (lot.leader === ROOM && number && isEmpty) return entered([paddle], { do: "assign_paddle", lot: lot.lot, paddle: number });
  const [amount_minor, wrong] = isEmpty ? [lot.ask_minor, null] : readField(amount, screen.currency);
  if (wrong) return answerWith("bad", wrong);
  const words = t("A floor bid of %(amount)s, where the next amount is %(ask)s? Enter it again.", { amount: figuresAndWords(screen, amount_minor), ask: screen.money(lot.ask_minor) });
  return entered([paddle, amount], { do: "floor_bid", lot: lot.lot, paddle: number, amount_minor }, words);
}

function callAsk(event) {
  event.preventDefault();
  const { amount } = nodes["ask-form"].elements;
  const { lot } = screen;
  const [amount_minor, wrong] = readField(amount, screen.currency);
  if (wrong) return answerWith("bad", wrong);
  const words = t("Ask for %(amount)s, where the next amount is %(ask)s? Enter it again.", { amount: figuresAndWords(screen, amount_minor), ask: screen.money(lot.ask_minor) });
  return entered([amount], { do: "set_ask", lot: lot.lot, amount_minor }, words);
}

// A sum far above the next amount is entered twice: what was typed stays until then.
function entered(fields, message, words) {
  if (!screen.ready) return answerWith("bad", explain({ code: "NOT_SENT" }));
  const far = isFar("bid", screen.lot.ask_minor, message.amount_minor);
  const seen = `${message.paddle ?? ""} ${message.amount_minor}`;
  if (far && !acts.isSecond(message.do, seen, () => ({ lot: message.lot, words }))) return undefined;
  acts.disarm();
  const typed = fields.map((field) => field.value);
  for (const field of fields) field.value = "";
  document.activeElement?.blur();
  return sendTyped(fields, typed, far ? { ...message, sure: true } : message);
}

// A refused text stays to be put right, unless the auctioneer has typed another meanwhile.
async function sendTyped(fields, typed, message) {
  const answer = await send(message);
  if (answer.code && fields.every((field) => !field.value)) for (const [place, field] of fields.entries()) field.value = typed[place];
}

// On the floor the right is a bid of exactly the price; after the session it is a call of its own.
function takesByRight() {
  const { lot } = screen;
  const taken = isLive(lot) ? { do: "floor_bid", amount_minor: lot.price_minor } : { do: "exercise_priority" };
  const words = t("%(who)s takes lot %(lot)s at %(amount)s by priority right? Again to enter it.", { lot: lot.lot, who: paddleName(asked), amount: screen.money(lot.price_minor) });
  return twice("takes", lot, words, { ...taken, lot: lot.lot, paddle: asked });
}

// One after another, as if each had been called; the first that is refused ends it.
async function openList() {
  for (const { lot } of openingTogether(screen, target())) {
    const answer = await send({ do: "open_lot", lot });
    if (answer.code) return answerWith("bad", t("Lot %(lot)s: %(why)s", { lot, why: explain(answer) }));
  }
}

async function send(message) {
  answerWith("", t("Checking …"));
  if (message.do === "hammer" && nodes["wait-for"].checked) await waitFor(screen.lot);
  const answer = await screen.live.command("call", message);
  answerWith(answer.code ? "bad" : "good", answer.code ? explain(answer) : t("Done"));
  return answer;
}

// A bid that was pressed before the hammer arrives meanwhile; the server then refuses the hammer, for another leads.
async function waitFor(lot) {
  const ms = lot ? waitMs(screen.presence, bids, lot) : 0;
  if (ms) answerWith("", t("Waiting %(ms)s ms for the slowest bidder …", { ms }));
  await new Promise((resolve) => setTimeout(resolve, ms));
}

function answerWith(kind, text) {
  said = [kind, text];
  screen.repaint();
}
