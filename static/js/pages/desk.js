// The organizer's live desk: every bid and refusal with names, who is there, notices of the house, and causes that stop the sale.

import { isBegun } from "../core/fold.js";
import { statusWords } from "../core/formats.js";
import { t } from "../core/i18n.js";
import { LateBids } from "../core/late.js";
import { Bids } from "../core/mine.js";
import { noticeForm } from "../core/notice_form.js";
import { paceWords } from "../core/pace.js";
import { fromAbove, make, say } from "../core/page.js";
import { paintPresence } from "../core/presence.js";
import { Screen } from "../core/screen.js";
import { clockTime, paddleName } from "../core/ticker.js";
import { countdown } from "../core/timing.js";
import { paintTiming } from "../core/under_way.js";

const ASK_EVERY_MS = 3000;
const TOLD_BEFORE = 500;
const MOST_ACTS = 120;

const bids = new Bids();
const refused = new Map(); // by what is told of each
let told = { names: {}, refused: [], alarms: [] }; // what comes by HTTP: the stream has no names
let isChanged = true;
const rows = new Map(); // by act: its row in the table
const late = new LateBids(() => screen.repaint());
const screen = await Screen.open("office", paint, { onEvents, picks: true, toldBefore: TOLD_BEFORE, onLateBid: (bid) => { late.add([bid]); ask(); } });
const { nodes } = screen;
const paintNotices = noticeForm(screen);
const nameOf = (paddle) => told.names[paddle] ?? "";

setInterval(ask, ASK_EVERY_MS);
ask();

async function ask() {
  if (document.hidden) return;
  const answer = await fetch(`/organizer/sales/${screen.slug}/desk.json`).catch(() => null);
  if (!answer?.ok) return;
  const before = JSON.stringify(told.names);
  told = await answer.json();
  if (JSON.stringify(told.names) !== before) rows.clear();
  for (const each of told.refused) {
    const key = [each.at_ms, each.paddle, each.lot].join();
    if (!refused.has(key)) refused.set(key, each);
  }
  isChanged = true;
  screen.repaint();
}

function onEvents(_screen, events) {
  for (const event of events) bids.note(event);
  isChanged = true;
}

function paint() {
  const { lot } = screen;
  if (lot) paintLot(lot);
  paintTiming(screen, lot);
  say(nodes.summary, screen.state.published ? screen.summary() : "");
  say(nodes.pace, paceWords(screen.lots));
  late.add(screen.presence?.late ?? []);
  late.paint(screen);
  paintPresence(screen, bids, nameOf);
  paintNotices();
  paintPaddles();
  if (isChanged) isChanged = !paintTold();
}

function paintLot(lot) {
  say(nodes.lot, t("Lot %(lot)s", { lot: lot.lot }));
  nodes.status.dataset.status = lot.status;
  say(nodes.status, statusWords(screen, lot));
  say(nodes.title, screen.title(lot));
  say(nodes.price, screen.money(lot.price_minor));
  say(nodes.leader, lot.leader === null ? "–" : `${nameOf(lot.leader) ? lot.leader : paddleName(lot.leader)} ${nameOf(lot.leader)}`);
  say(nodes.ask, isBegun(lot) ? screen.money(screen.ask(lot)) : "–");
  say(nodes.bids, String(lot.bids));
  const met = screen.document?.lamps?.[lot.lot];
  nodes.lamp.dataset.met = met === undefined ? "" : String(met);
  say(nodes.lamp, !lot.has_reserve ? t("none") : met === undefined ? "–" : met ? t("met") : t("not met"));
  const openFor = isBegun(lot) && lot.origin_ms !== null ? screen.nowMs - lot.origin_ms : null;
  say(nodes["open-for"], openFor === null ? "" : t("open for %(time)s", { time: countdown(openFor) }));
}

function paintPaddles() {
  const paddles = screen.document?.paddles ?? [];
  if (nodes.paddles.dataset.known === paddles.join()) return;
  nodes.paddles.dataset.known = paddles.join();
  nodes.paddles.replaceChildren(...paddles.map((paddle) => make("option", { value: paddle }, nameOf(paddle))));
}

function paintTold() {
  nodes.alarms.hidden = !told.alarms.length;
  if (nodes.alarms.dataset.known !== told.alarms.join()) nodes.alarms.replaceChildren(...told.alarms.map((words) => make("li", {}, words)));
  nodes.alarms.dataset.known = told.alarms.join();
  const shown = [...bids.all, ...refused.values()].sort((a, b) => b.at_ms - a.at_ms).slice(0, MOST_ACTS);
  return fromAbove(nodes["acts-scroll"], nodes.acts, () => paintActs(shown), screen.repaint);
}

// Rows are made once, and again where a bid was taken back; the others stay where they are.
function paintActs(shown) {
  const { acts } = nodes;
  for (const [place, act] of shown.entries()) {
    const key = act.says ? act : [act.seq, act.paddle, act.voided].join();
    if (!rows.has(key)) rows.set(key, act.says ? refusedRow(act) : bidRow(act));
    const node = rows.get(key);
    if (acts.children[place] !== node) acts.insertBefore(node, acts.children[place] ?? null);
  }
  while (acts.children.length > shown.length) acts.lastChild.remove();
}

function bidRow(act) {
  const what = { online: t("online"), floor: t("floor"), maximum: t("online") }[act.way] ?? act.way;
  const minor = act.amount_minor ?? (act.leader === act.paddle ? act.price_minor : null);
  return row(act, minor, act.voided ? t("taken back") : what, { "data-void": String(Boolean(act.voided)) });
}

const refusedRow = (act) => row(act, act.amount_minor, t("refused: %(why)s", { why: act.says }), { "data-refused": "true" });

function row(act, minor, what, attributes) {
  const who = act.paddle === "room" ? paddleName(act.paddle) : `${act.paddle} ${nameOf(act.paddle)}`;
  const cells = [make("td", {}, make("time", {}, clockTime(act.at_ms, screen.zone))), make("td", { class: "figure" }, act.lot ?? "–"), make("td", {}, who)];
  return make("tr", attributes, ...cells, make("td", { class: "number figure" }, act.is_maximum ? t("maximum") : minor === null ? "–" : screen.money(minor)), make("td", {}, what));
}
