// The auctioneer's console, keyboard first. Every call is one key away from the block; the hammer takes two.

import { isBegun, isLive } from "../core/fold.js";
import { t } from "../core/i18n.js";
import { parseMoney } from "../core/money.js";
import { make, say } from "../core/page.js";
import { STATUS, Screen } from "../core/screen.js";
import { clockTime, paddleName } from "../core/ticker.js";

const ROOM = "room";
const ARMED_MS = 6000;
const KEYS = { g: "take_gavel", n: "open_lot", w: "fair_warning", h: "hammer", p: "pass", u: "void_last", b: "pause", r: "reopen" };

let armed = null;

const screen = await Screen.open("desk", paint, { onEvents: disarmOnNews });
const { nodes } = screen;
const buttons = Object.fromEntries([...document.querySelectorAll("[data-do]")].map((node) => [node.dataset.do, node]));
setInterval(() => say(nodes.clock, clockTime(screen.live.now(), screen.zone)), 1000);

for (const [name, button] of Object.entries(buttons)) button.addEventListener("click", () => call(name));
nodes.floor.addEventListener("submit", floorBid);
nodes["ask-form"].addEventListener("submit", callAsk);
document.addEventListener("keydown", onKey);

function nextLot() {
  for (const lot of screen.state.lots.values()) if (lot.status === "pending" && lot.start_minor !== null) return lot;
  return null;
}

function holdsGavel() {
  return screen.document?.gavel === document.body.dataset.me;
}

function paint() {
  const lot = screen.lot;
  nodes.gavel.hidden = holdsGavel() || !screen.document;
  say(nodes["gavel-text"], screen.document?.gavel ? t("Another auctioneer holds the gavel.") : t("Nobody holds the gavel."));
  if (lot) paintLot(lot);
  paintCalls(lot);
  paintPresence();
  paintPaddles();
}

function paintLot(lot) {
  say(nodes.lot, t("Lot %(lot)s", { lot: lot.lot }));
  nodes.status.dataset.status = lot.status;
  say(nodes.status, STATUS()[lot.status]);
  say(nodes.title, screen.title(lot));
  say(nodes.patents, (screen.texts.lots[lot.lot]?.patents ?? []).join(" · "));
  say(nodes.price, screen.money(lot.price_minor));
  say(nodes.leader, lot.leader === null ? "–" : paddleName(lot.leader));
  say(nodes.ask, screen.money(lot.ask_minor));
  const met = screen.document?.lamps?.[lot.lot];
  nodes.lamp.dataset.met = String(met);
  say(nodes.lamp, !lot.has_reserve ? t("none") : met === undefined ? "–" : met ? t("met") : t("not met"));
}

function paintCalls(lot) {
  const lead = holdsGavel() && screen.ready;
  const live = Boolean(lot && isLive(lot));
  const next = nextLot();
  const paused = lot?.status === "paused";
  buttons.take_gavel.disabled = !screen.ready;
  const can = {
    open_lot: next && !(lot && isBegun(lot)) && !screen.state.paused,
    fair_warning: live, hammer: live && lot.leader !== null, pass: live, void_last: live && lot.leader !== null,
    pause: (live || paused) && !screen.state.paused, pause_sale: true, reopen: screen.document?.reopenable?.includes(lot?.lot),
    withdraw: Boolean(lot && isBegun(lot)),
  };
  for (const [name, possible] of Object.entries(can)) buttons[name].disabled = !lead || !possible;
  say(nodes["open-text"], next ? t("Open lot %(lot)s", { lot: next.lot }) : t("No lot left"));
  say(nodes["pause-text"], paused ? t("Resume the lot") : t("Pause the lot"));
  say(nodes["pause-sale-text"], screen.state.paused ? t("Resume the sale") : t("Pause the sale"));
  const assign = live && lot.leader === ROOM;
  say(nodes["hammer-text"], armed ? t("Sell lot %(lot)s to %(who)s for %(amount)s? Again to hammer.", armed.words) : assign ? t("Which paddle? Type it below") : t("Hammer"));
  buttons.hammer.dataset.armed = String(Boolean(armed));
  for (const field of nodes.floor.elements) field.disabled = !lead || !live;
  say(nodes["floor-hint"], live ? t("empty: %(amount)s", { amount: screen.money(lot.ask_minor) }) : "\u00a0");
}

function paintPresence() {
  const { presence } = screen;
  if (!presence) return;
  const everybody = Object.values(presence.count).reduce((a, b) => a + b, 0);
  say(nodes.count, t("%(count)s screens", { count: everybody }));
  nodes.bidders.replaceChildren(...presence.bidders.map((each) =>
    make("li", {}, make("strong", { class: "figure" }, paddleName(each.paddle)), make("span", { class: "soft figure" }, each.rtt_ms === null ? "…" : `${each.rtt_ms} ms`))));
}

function paintPaddles() {
  const paddles = screen.document?.paddles ?? [];
  if (nodes.paddles.children.length === paddles.length) return;
  nodes.paddles.replaceChildren(...paddles.map((paddle) => make("option", { value: paddle })));
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "Escape") { disarm(); document.activeElement?.blur(); return; }
  if (["INPUT", "SELECT", "TEXTAREA"].includes(document.activeElement?.tagName)) return;
  const key = event.key.toLowerCase();
  if (key === "f") { event.preventDefault(); nodes.floor.elements.paddle.focus(); }
  else if (key === "a") { event.preventDefault(); nodes["ask-form"].elements.amount.focus(); }
  else if (KEYS[key] && !buttons[KEYS[key]].disabled) { event.preventDefault(); call(KEYS[key]); }
}

function call(name) {
  const lot = screen.lot;
  const reason = nodes.reason.value;
  if (name === "hammer") return hammer(lot);
  disarm();
  if (name === "take_gavel") return send({ do: name });
  if (name === "open_lot") return send({ do: name, lot: nextLot()?.lot });
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
  screen.repaint();
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
  const lot = screen.lot;
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

async function send(message) {
  answerWith("", t("Checking …"));
  const answer = await screen.live.command("call", message);
  answerWith(answer.code ? "bad" : "good", answer.code ? answer.message : t("Done"));
}

function answerWith(kind, text) {
  nodes.said.dataset.kind = kind;
  say(nodes.said, text);
}
