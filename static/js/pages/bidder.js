// The bidder's screen: what is on the block, whether I lead, one big button with the exact next amount.

import { isLive } from "../core/fold.js";
import { t } from "../core/i18n.js";
import { parseMoney } from "../core/money.js";
import { say } from "../core/page.js";
import { STATUS, Screen } from "../core/screen.js";
import { clockTime, paddleName } from "../core/ticker.js";

const FAR_ABOVE = 1.5;

let waiting = false;

const screen = await Screen.open("bidder", paint, { onEvents });
const { nodes } = screen;
setInterval(() => say(nodes.clock, clockTime(screen.live.now(), screen.zone)), 1000);

nodes.bid.addEventListener("click", () => bid(Number(nodes.bid.dataset.amount)));
nodes["other-form"].addEventListener("submit", (event) => typed(event, bid));
nodes["maximum-form"].addEventListener("submit", (event) => typed(event, maximum));

function myPaddle() {
  return screen.document?.of === "bidder" ? screen.document.paddle : null;
}

function paint() {
  const lot = screen.lot;
  const paddle = myPaddle();
  nodes.apply.hidden = Boolean(paddle);
  nodes.mine.hidden = nodes.more.hidden = !paddle;
  if (lot) paintLot(lot, paddle);
  paintButton(lot, paddle);
  if (paddle) paintMine(lot);
}

function paintLot(lot, paddle) {
  say(nodes.lot, t("Lot %(lot)s", { lot: lot.lot }));
  nodes.status.dataset.status = lot.status;
  say(nodes.status, STATUS()[lot.status]);
  say(nodes.title, screen.title(lot));
  nodes.title.href = `/sales/${screen.slug}/lots/${lot.lot}`;
  say(nodes.patents, (screen.texts.lots[lot.lot]?.patents ?? []).join(" · "));
  say(nodes["price-label"], lot.status === "sold" ? t("Hammer price") : lot.price_minor === null ? t("Start") : t("Price"));
  say(nodes.price, screen.money(lot.price_minor ?? lot.start_minor));
  say(nodes.bids, t("%(count)s bids", { count: lot.bids }));
  const [me, text] = standing(lot, paddle);
  nodes.standing.dataset.me = me;
  say(nodes.standing, text);
}

function standing(lot, paddle) {
  const mine = paddle !== null && lot.leader === paddle;
  if (screen.state.paused || lot.status === "paused") return ["", t("Paused. Please wait.")];
  if (lot.status === "sold") return mine ? ["won", t("It is yours!")] : ["", t("Sold to %(who)s", { who: paddleName(lot.leader) })];
  if (lot.status === "passed") return ["", t("Passed, not sold")];
  if (lot.status === "withdrawn") return ["", t("Withdrawn")];
  if (lot.status === "pending") return ["", t("The auctioneer has not opened a lot yet.")];
  if (mine) return ["leads", t("You lead")];
  const iBid = screen.mineOn === lot.lot;
  const leads = lot.leader === null ? t("No bid yet") : t("%(who)s leads", { who: paddleName(lot.leader) });
  const text = iBid && lot.leader !== null ? `${t("You are outbid")} · ${leads}` : leads;
  const warned = lot.status === "fair_warning" ? `${t("Fair warning!")} ${text}` : text;
  return [iBid && lot.leader !== null ? "outbid" : "", warned];
}

function paintButton(lot, paddle) {
  const mine = paddle !== null && lot?.leader === paddle;
  const held = screen.document?.holds?.length || screen.document?.conflicts?.includes(lot?.lot);
  const can = Boolean(paddle) && screen.ready && !waiting && lot && isLive(lot) && !mine && !held;
  nodes.bid.disabled = !can;
  nodes.bid.hidden = !paddle;
  nodes.bid.dataset.amount = lot?.ask_minor ?? "";
  if (waiting) say(nodes["bid-text"], t("Checking …"));
  else if (!screen.ready) say(nodes["bid-text"], t("Catching up …"));
  else if (mine && isLive(lot)) say(nodes["bid-text"], t("You lead"));
  else if (lot && isLive(lot)) say(nodes["bid-text"], t("Bid %(amount)s", { amount: screen.money(lot.ask_minor) }));
  else say(nodes["bid-text"], t("Please wait"));
  say(nodes["bid-note"], held ? t("This paddle may not bid here.") : can ? t("one press, binding") : "");
}

function paintMine(lot) {
  const mine = screen.document;
  say(nodes.paddle, mine.paddle);
  say(nodes.maximum, screen.money(mine.maxima?.[lot?.lot] ?? null));
  say(nodes.limit, mine.limit_minor === null ? t("no limit") : screen.money(mine.available_minor));
}

function onEvents(_screen, events) {
  for (const event of events) {
    if (event.kind === "lot_opened") { screen.mineOn = null; answerWith("", ""); }
    if (event.kind === "bid_placed" && event.paddle === myPaddle()) screen.mineOn = event.lot;
  }
  const last = events.findLast?.((event) => event.kind === "bid_placed");
  if (!last || screen.mineOn !== last.lot || last.leader === myPaddle()) return;
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
  act(amount);
}

async function bid(amount_minor) {
  const lot = screen.lot;
  if (!lot || waiting || !amount_minor) return;
  if (lot.ask_minor && amount_minor > lot.ask_minor * FAR_ABOVE && !(await isSure(amount_minor))) return;
  await send("bid", { lot: lot.lot, amount_minor }, () => t("Your bid of %(amount)s stands", { amount: screen.money(amount_minor) }));
}

async function maximum(max_minor) {
  const lot = screen.lot;
  if (!lot || waiting) return;
  await send("maximum", { lot: lot.lot, max_minor }, () => t("Your maximum of %(amount)s is set", { amount: screen.money(max_minor) }));
}

async function send(name, message, good) {
  waiting = true;
  answerWith("", t("Checking …"));
  screen.repaint();
  const answer = await screen.live.command(name, message, () => answerWith("", t("Checking …")));
  waiting = false;
  if (answer.code) answerWith("bad", answer.message);
  else answerWith("good", good());
  screen.repaint();
}

function answerWith(kind, text) {
  nodes.said.dataset.kind = kind;
  say(nodes.said, text);
}

function isSure(amount) {
  say(nodes["sure-text"], t("%(amount)s is far above the next amount. Do you mean it?", { amount: screen.money(amount) }));
  nodes.sure.returnValue = "no";
  nodes.sure.showModal();
  return new Promise((resolve) => nodes.sure.addEventListener("close", () => resolve(nodes.sure.returnValue === "yes"), { once: true }));
}
