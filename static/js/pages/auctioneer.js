// The auctioneer's console, keyboard first. Every call is one key away from the block; the hammer takes two.

import { isBegun, isLive } from "../core/fold.js";
import { clockOf, FORMATS } from "../core/formats.js";
import { t } from "../core/i18n.js";
import { parseMoney } from "../core/money.js";
import { make, say, sayFigure } from "../core/page.js";
import { explain, STATUS, Screen } from "../core/screen.js";
import { openingTogether } from "../core/lists.js";
import { paintAsked } from "../core/priority.js";
import { paddleName, paused, ROOM } from "../core/ticker.js";
import { paintTiming } from "../core/under_way.js";

const ARMED_MS = 6000;
const KEYS = { g: "take_gavel", n: "open_lot", w: "fair_warning", h: "hammer", p: "pass", u: "void_last", b: "pause", r: "reopen", o: "open_offers" };

let armed = null;
let asked = null; // whose answer about a priority right comes first

const screen = await Screen.open("desk", paint, { onEvents: disarmOnNews, picks: true });
const { nodes } = screen;
const buttons = Object.fromEntries([...document.querySelectorAll("[data-do]")].map((node) => [node.dataset.do, node]));

for (const [name, button] of Object.entries(buttons)) button.addEventListener("click", () => call(name));
nodes.floor.addEventListener("submit", floorBid);
nodes["ask-form"].addEventListener("submit", callAsk);
nodes["asked-take"].addEventListener("click", takesByRight);
nodes["asked-decline"].addEventListener("click", () => send({ do: "decline_priority", lot: screen.lot.lot, paddle: asked }));
document.addEventListener("keydown", onKey);

function holdsGavel() {
  return screen.document?.gavel === document.body.dataset.me;
}

// --- what is seen ---

function paint() {
  const { lot } = screen;
  if (armed && armed.words.lot !== lot?.lot) disarm();
  nodes.gavel.hidden = holdsGavel() || !screen.document || screen.state.closed;
  say(nodes["gavel-text"], screen.document?.gavel ? t("Another auctioneer holds the gavel.") : t("Nobody holds the gavel."));
  if (lot) paintLot(lot);
  else say(nodes.status, "");
  paintCalls(lot, paintTiming(screen, lot));
  paintOpen();
  paintNext();
  paintPresence();
  paintPaddles();
}

function paintLot(lot) {
  say(nodes.lot, t("Lot %(lot)s", { lot: lot.lot }));
  nodes.status.dataset.status = lot.status;
  say(nodes.status, STATUS()[lot.status]);
  say(nodes.title, screen.title(lot));
  say(nodes.patents, screen.patents(lot).join(" · "));
  sayFigure(nodes.price, screen.money(lot.price_minor), 10);
  sayFigure(nodes.leader, lot.leader === null ? "–" : paddleName(lot.leader), 8);
  sayFigure(nodes.ask, screen.money(screen.ask(lot)), 10);
  say(nodes.format, FORMATS()[lot.format]);
  say(nodes.bids, lot.format === "sealed" && isBegun(lot) ? "" : t("Bids: %(count)s", { count: lot.bids }));
  paintLamp(lot);
  screen.speak(`${t("Lot %(lot)s", { lot: lot.lot })}: ${screen.money(lot.price_minor)}, ${lot.leader === null ? t("No bid yet") : paddleName(lot.leader)}`);
}

function paintLamp(lot) {
  const met = screen.document?.lamps?.[lot.lot];
  const known = lot.has_reserve && met !== undefined;
  nodes.lamp.dataset.met = known ? String(met) : "";
  say(nodes.lamp, !lot.has_reserve ? t("none") : !known ? "–" : met ? t("met") : t("not met"));
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
  const led = live && lot.leader !== null;
  const wanted = target();
  const list = openingTogether(screen, wanted);
  asked = paintAsked(screen, lot, holdsGavel() && screen.ready && !halted);
  const can = {
    open_lot: wanted && !halted, open_list: list.length > 1 && !halted, fair_warning: spoken, hammer: led && spoken && !asked, pass: spoken, void_last: led,
    pause: (live || still) && !halted, pause_sale: !screen.over, reopen: screen.document?.reopenable?.includes(lot?.lot) && !halted,
    withdraw: live || lot?.status === "pending", open_offers: waits && !still && !halted,
  };
  nodes.entry.hidden = Boolean(lot && lot.format !== "english" && isBegun(lot)); // nobody calls there
  buttons.open_offers.hidden = !(lot?.format === "sealed" && isBegun(lot));
  buttons.open_list.hidden = list.length < 2;
  say(nodes["list-text"], list.length < 2 ? "" : t("Open %(count)s timed lots: %(first)s to %(last)s", { count: list.length, first: list[0].lot, last: list.at(-1).lot }));
  buttons.pass.hidden = !buttons.open_offers.hidden;
  buttons.take_gavel.disabled = !screen.ready;
  for (const [name, possible] of Object.entries(can)) buttons[name].disabled = !lead || !possible;
  for (const form of [nodes.floor, nodes["ask-form"]]) for (const field of form.elements) field.disabled = !lead || !spoken;
  say(nodes["open-text"], wanted ? t("Open lot %(lot)s", { lot: wanted.lot }) : screen.next ? t("Open the next lot") : t("No lot left"));
  say(nodes["pause-text"], still && !halted ? t("Resume the lot") : t("Pause the lot"));
  say(nodes["pause-sale-text"], halted ? t("Resume the sale") : t("Pause the sale"));
  say(nodes["hammer-text"], hammerWords(lot, live));
  buttons.hammer.dataset.armed = String(Boolean(armed));
  say(nodes["floor-hint"], spoken ? t("empty: %(amount)s", { amount: screen.money(lot.ask_minor) }) : t("empty: the next amount"));
}

function hammerWords(lot, live) {
  if (live && asked) return t("Hammer: first ask %(who)s", { who: paddleName(asked) });
  if (armed) return t("Sell lot %(lot)s to %(who)s for %(amount)s? Again to hammer.", armed.words);
  return live && lot.leader === ROOM ? t("Hammer: which paddle?") : t("Hammer");
}

// Side by side, where more than one lot is under way.
function paintOpen() {
  const lots = screen.lots.filter(isBegun);
  nodes.open.hidden = lots.length < 2;
  if (nodes.open.hidden) return;
  const rows = nodes["open-lots"];
  const signature = lots.map((lot) => lot.lot).join();
  if (rows.dataset.signature !== signature) rows.replaceChildren(...lots.map(openRow));
  rows.dataset.signature = signature;
  for (const [place, lot] of lots.entries()) paintOpenRow(rows.children[place], lot);
}

function openRow(lot) {
  const choose = make("button", { type: "button", class: "plain figure" }, lot.lot);
  const row = make("tr", {}, make("td", {}, choose), ...["", "number figure", "", "number figure", "number figure"].map((name) => make("td", { class: name })));
  row.addEventListener("click", () => screen.choose(lot.lot));
  return row;
}

function paintOpenRow(row, lot) {
  row.setAttribute("aria-current", String(lot.lot === screen.lot.lot));
  const clock = clockOf(screen, lot);
  const says = [
    lot.status === "open" ? FORMATS()[lot.format] : STATUS()[lot.status], lot.format === "sealed" ? "–" : screen.money(lot.price_minor ?? screen.ask(lot)),
    lot.leader === null ? "–" : paddleName(lot.leader), lot.format === "sealed" ? "–" : String(lot.bids), clock ? clock.figure || clock.label : "–",
  ];
  for (const [place, text] of says.entries()) say(row.children[place + 1], text);
}

function paintNext() {
  const { next, over, state } = screen;
  nodes.notice.hidden = !over && !state.paused;
  say(nodes.notice, over ? t("The sale is over: %(summary)s", { summary: screen.summary() }) : state.paused ? paused(state.pause_reason) : "");
  say(nodes.next, next ? t("Next: lot %(lot)s, %(title)s, start %(amount)s", { lot: next.lot, title: screen.title(next), amount: screen.money(next.start_minor) }) : "");
}

function paintPresence() {
  const { presence } = screen;
  if (!presence) return;
  const everybody = Object.values(presence.count).reduce((a, b) => a + b, 0);
  const late = new Map(); // by paddle: the best of its screens
  for (const { paddle, rtt_ms } of presence.bidders) late.set(paddle, Math.min(late.get(paddle) ?? Infinity, rtt_ms ?? Infinity));
  const bidders = [...late].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  say(nodes.count, t("Bidders: %(bidders)s, screens: %(screens)s", { bidders: bidders.length, screens: everybody }));
  nodes.bidders.replaceChildren(...bidders.map(([paddle, rtt_ms]) =>
    make("li", { "data-late": String(rtt_ms > 1000 && rtt_ms < Infinity) }, make("strong", { class: "figure" }, paddle), make("span", { class: "soft figure" }, rtt_ms === Infinity ? "…" : `${rtt_ms} ms`))));
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
  if (event.key === "Escape") { disarm(); document.activeElement?.blur(); screen.choose(null); return; }
  if (["INPUT", "SELECT", "TEXTAREA"].includes(document.activeElement?.tagName)) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); chooseBeside(event.key === "ArrowDown" ? 1 : -1); return; }
  const key = event.key.toLowerCase();
  const field = { f: nodes.floor.elements.paddle, a: nodes["ask-form"].elements.amount }[key];
  if (field) { event.preventDefault(); field.focus(); }
  else if (KEYS[key] && !buttons[KEYS[key]].disabled) { event.preventDefault(); call(KEYS[key]); }
}

function chooseBeside(step) {
  const { lots, lot } = screen;
  const place = lots.findIndex((each) => each.lot === lot?.lot) + step;
  if (lots[place]) screen.choose(lots[place].lot);
}

function call(name) {
  const { lot } = screen;
  const reason = nodes.reason.value;
  if (name === "hammer") return hammer(lot);
  disarm();
  if (name === "take_gavel") return send({ do: name });
  if (name === "open_list") return openList();
  if (name === "open_lot") return send({ do: name, lot: target()?.lot });
  if (name === "pause") return send({ do: lot.status === "paused" ? "resume" : "pause", lot: lot.lot, reason });
  if (name === "pause_sale") return send(screen.state.paused ? { do: "resume_sale" } : { do: name, reason });
  if (["void_last", "reopen", "withdraw"].includes(name)) return send({ do: name, lot: lot.lot, reason });
  return send({ do: name, lot: lot.lot });
}

// The first press arms the hammer with what is on this screen; the second sells exactly that, or nothing.
function hammer(lot) {
  if (lot.leader === ROOM) { nodes.floor.elements.paddle.focus(); return answerWith("bad", t("Type the paddle of the bid in the room.")); }
  if (armed) {
    const { paddle, amount_minor } = armed;
    disarm();
    return send({ do: "hammer", lot: lot.lot, paddle, amount_minor });
  }
  const words = { lot: lot.lot, who: paddleName(lot.leader), amount: screen.money(lot.price_minor) };
  armed = { paddle: lot.leader, amount_minor: lot.price_minor, words, timer: setTimeout(disarm, ARMED_MS) };
  return screen.repaint();
}

function disarm() {
  if (!armed) return;
  clearTimeout(armed.timer);
  armed = null;
  screen.repaint();
}

function disarmOnNews(_screen, events) {
  if (events.some((event) => event.lot)) disarm();
}

function floorBid(event) {
  event.preventDefault();
  const { paddle, amount } = nodes.floor.elements;
  const { lot } = screen;
  const typed = amount.value.trim();
  const amount_minor = typed ? parseMoney(typed) : lot.ask_minor;
  if (amount_minor === null) return answerWith("bad", t("This is not an amount."));
  const number = paddle.value.trim() || null;
  amount.value = paddle.value = "";
  document.activeElement?.blur();
  if (lot.leader === ROOM && number && !typed) return send({ do: "assign_paddle", lot: lot.lot, paddle: number });
  return send({ do: "floor_bid", lot: lot.lot, paddle: number, amount_minor });
}

function callAsk(event) {
  event.preventDefault();
  const { amount } = nodes["ask-form"].elements;
  const amount_minor = parseMoney(amount.value);
  if (amount_minor === null || !screen.lot) return answerWith("bad", t("This is not an amount."));
  amount.value = "";
  document.activeElement?.blur();
  return send({ do: "set_ask", lot: screen.lot.lot, amount_minor });
}

// On the floor the right is a bid of exactly the price; after the session it is a call of its own.
function takesByRight() {
  const { lot } = screen;
  const taken = isLive(lot) ? { do: "floor_bid", amount_minor: lot.price_minor } : { do: "exercise_priority" };
  return send({ ...taken, lot: lot.lot, paddle: asked });
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
  const answer = await screen.live.command("call", message);
  answerWith(answer.code ? "bad" : "good", answer.code ? explain(answer) : t("Done"));
  return answer;
}

function answerWith(kind, text) {
  nodes.said.dataset.kind = kind;
  say(nodes.said, text);
}
