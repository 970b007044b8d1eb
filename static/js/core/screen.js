// What the live screens share: the connection pill, the lost banner, the lots, what just happened, what is said aloud.

import { allIn } from "./commission.js";
import { isBegun, isEnded, isOver, nextLot, onTheBlock, totals } from "./fold.js";
import { locale, t } from "./i18n.js";
import { Live } from "./live.js";
import { money } from "./money.js";
import { fromAbove, liveNodes, loadOffers, loadTexts, make, oncePerFrame, say } from "./page.js";
import { Queue } from "./queue.js";
import { openSocket } from "./socket.js";
import { announced, clockTime, tell } from "./ticker.js";
import { askNow, isExtended, isRunning } from "./timing.js";

const TICKER_LINES = 60;
const TOLD_BEFORE = 40;
const SPEAK_EVERY_MS = 3000;
const CLOCK_EVERY_MS = 250;
const RESULT_SHOWN_MS = 8000; // how long a lot that has ended stays before another one under way takes its place
const EXTENDED_SHOWN_MS = 4000;
const ANNOUNCED_MS = 8000;
const ENDINGS = new Set(["lot_sold", "lot_passed", "lot_withdrawn"]);

export class Screen {
  /**
   * `paint(screen)` redraws what the screen alone has, at most once a frame; `onEvents(screen, events, news)`; `picks`:
   * the list of lots shows a lot here; `markOf(lot)` says how I stand on it, in a word and in words.
   */
  static async open(part, paint, { onEvents = () => {}, onLateBid = () => {}, onNotice = () => {}, toldBefore = TOLD_BEFORE, withTexts = true, picks = false, markOf = () => ["", ""] } = {}) {
    const screen = new Screen(part, paint, onEvents, withTexts);
    Object.assign(screen, { picks, markOf, onNotice, toldBefore });
    const socket = openSocket(); // it connects while the texts are on their way
    if (withTexts) screen.texts = await loadTexts(screen.id);
    screen.live = new Live(screen.id, part, socket, {
      onChange: (state, events, fresh) => screen.changed(events, fresh),
      onDocument: (document) => { screen.document = document; screen.repaint(); },
      onPresence: (presence) => { screen.presence = presence; screen.repaint(); },
      onLateBid,
      onNotices: (notices, news) => screen.noticed(notices, news),
      onRestored: () => screen.restored(),
      onLink: (answer) => screen.connected(answer),
    });
    if (socket.connected) screen.live.join();
    document.addEventListener("visibilitychange", () => document.hidden || screen.live.doubt());
    for (const name of ["online", "offline"]) addEventListener(name, () => screen.live.doubt());
    addEventListener("pageshow", (event) => event.persisted && screen.live.doubt()); // back from the browser's memory
    setInterval(() => screen.state.sale && say(screen.nodes.clock, clockTime(screen.nowMs, screen.zone)), 1000);
    setInterval(() => screen.stoppedMs === null && screen.lots.some(isRunning) && screen.clocksMove(), CLOCK_EVERY_MS);
    return screen;
  }

  constructor(part, paint, onEvents, withTexts) {
    Object.assign(this, { part, onEvents, withTexts });
    this.slug = document.body.dataset.slug; // for addresses that people see; what is asked for is asked by the sale's id
    this.id = document.body.dataset.sale;
    this.zone = document.body.dataset.zone;
    this.nodes = liveNodes();
    this.texts = { lots: {} };
    this.document = this.presence = null;
    this.notices = new Map(); // what the house has said, by id
    this.stoppedMs = null; // the server's time when the connection was lost: no clock goes on without it
    this.announcement = "";
    this.tick = 0; // what no event has touched is painted anew only where a clock has moved meanwhile
    this.lines = []; // of the ticker, to come at the next repaint
    this.lastOpened = this.chosen = this.held = this.shown = null; // lots, by their numbers
    this.offers = new Map(); // by lot: the offers as they were opened
    this.deadlines = new Map(); // by lot: its deadline as it was last told
    this.extendedAt = new Map(); // by lot: when it was last moved, and whether by its group
    this.spokenAt = 0;
    this.queue = new Queue(this);
    this.repaint = oncePerFrame(() => {
      if (!this.state.sale) return;
      this.shown = this.lot?.lot ?? null;
      this.queue.paint();
      paint(this);
      this.paintLines(); // last, so that the screen is laid out once
    });
  }

  get state() { return this.live.state; }
  get currency() { return this.state.currency; }

  get lots() {
    if (this.listed !== this.state.lots) Object.assign(this, { listed: this.state.lots, list: [...this.state.lots.values()] });
    return this.list;
  }

  get next() { return this.state.closed ? null : nextLot(this.state); }
  get several() { return this.lots.filter(isBegun).length > 1; }
  get over() { return isOver(this.state); }
  get ready() { return this.live.ready; }

  /** The lot that is shown: the one that was chosen, one that has just ended, else the one on the block. */
  get lot() {
    const { lots } = this.state;
    return lots.get(this.chosen) ?? lots.get(this.held) ?? this.block;
  }

  /** The lot on the block, looked for once for each state. */
  get block() {
    if (this.blockOf !== this.state || this.blockAfter !== this.lastOpened) {
      Object.assign(this, { blockOf: this.state, blockAfter: this.lastOpened, onBlock: onTheBlock(this.state, this.lastOpened) });
    }
    return this.onBlock;
  }

  /** The lot on the block, where another one is shown that is not under way or led; else null. */
  get elsewhere() {
    const { lot, block } = this;
    return block && block !== lot && isBegun(block) && (block.format === "english" || !isBegun(lot)) ? block : null;
  }

  /** The lots under way, and the one that is shown. */
  get underWay() {
    return this.lots.filter((lot) => isBegun(lot) || lot.lot === this.shown);
  }

  /** Show a lot; null shows again what is on the block. */
  choose(lot) {
    this.held = null;
    this.chosen = lot === this.block?.lot ? null : lot;
    this.repaint();
  }

  /** The terms of a lot's own format. */
  own(lot) {
    return this.texts.lots[lot?.lot]?.own;
  }

  /** The server's time, which stands still without a connection. */
  get nowMs() { return this.stoppedMs ?? this.live.now(); }

  /** The server's time for a lot's clock. A falling ask is shown a moment late, never before it has fallen. */
  now(lot) {
    return this.nowMs - (lot.format === "dutch" ? 50 + (this.live.rttMs ?? 300) / 2 : 0);
  }

  /** The next amount of a lot as it is now. */
  ask(lot) {
    return askNow(lot, this.own(lot), this.now(lot));
  }

  /** The cause that has just moved the lot's end: "bid", "group" or "house"; null if none has. */
  extendedBy(lot) {
    const [by, at] = this.extendedAt.get(lot.lot) ?? [];
    return performance.now() - (at ?? -Infinity) < EXTENDED_SHOWN_MS ? by : null;
  }

  /** The opened offers of a sealed lot; what happened before this screen came is asked for once. */
  offersOf(lot) {
    const known = this.offers.get(lot?.lot);
    if (known || lot?.format !== "sealed" || !isEnded(lot) || !lot.bids) return known ?? [];
    this.offers.set(lot.lot, []);
    loadOffers(this.id, lot.lot).then((offers) => { this.offers.set(lot.lot, offers); this.repaint(); });
    return [];
  }

  title(lot) {
    return this.texts.lots[lot?.lot]?.[locale] ?? "";
  }

  patents(lot) {
    return this.texts.lots[lot?.lot]?.patents ?? [];
  }

  money(minor) {
    return money(minor, this.currency);
  }

  /** The all-in price for a hammer price; null if the sale has no commission. */
  allIn(minor) {
    const { buyer_commission } = this.state;
    return minor && buyer_commission.length ? this.money(allIn(minor, buyer_commission)) : null;
  }

  /** An amount with what it comes to. */
  both(minor) {
    const all_in = this.allIn(minor);
    return all_in ? t("%(amount)s (%(all_in)s with commission)", { amount: this.money(minor), all_in }) : this.money(minor);
  }

  /** The result of the sale so far, in one sentence. */
  summary() {
    const { lots, sold, hammer_minor, open, open_minor } = totals(this.state, this.live.now());
    const all = t("%(sold)s of %(lots)s lots sold, %(amount)s in all", { sold, lots, amount: this.money(hammer_minor) });
    return open ? `${all} · ${t("%(open)s more provisionally, %(amount)s, while a priority right is open", { open, amount: this.money(open_minor) })}` : all;
  }

  /** The house says something: to a desk twice, once as everybody reads it and once with who said it. */
  noticed(notices, news) {
    for (const notice of notices) {
      const known = this.notices.get(notice.id);
      this.notices.set(notice.id, { ...known, ...notice });
      if (!known) this.onNotice(notice, news);
    }
    this.repaint();
  }

  changed(events, fresh) {
    if (fresh && this.nodes.spoken) this.remember();
    if (fresh) this.deadlines = new Map(this.lots.map((lot) => [lot.lot, lot.deadline_ms]));
    for (const event of events) this.note(event, !fresh);
    for (const event of events) {
      if (event.kind === "lot_listed" && this.withTexts) loadTexts(this.id).then((texts) => { this.texts = texts; this.repaint(); });
      this.lines.push(...this.line(event));
    }
    this.onEvents(this, events, !fresh);
    this.repaint();
  }

  /** After a snapshot: what happened shortly before it. */
  async remember() {
    this.nodes.ticker?.replaceChildren();
    this.lines = [];
    const events = await this.live.history(this.toldBefore);
    const { lastOpened } = this;
    for (const event of events) this.note(event, false);
    this.lastOpened = lastOpened ?? this.lastOpened;
    for (const event of [...events].reverse()) this.nodes.ticker?.append(...this.line(event));
    this.trim();
    this.onEvents(this, events, false);
    this.clocksMove();
  }

  // What the fold does not keep: which lot opened last, the opened offers, what has just ended or been extended.
  note(event, news) {
    const { kind, lot } = event;
    if (kind === "lot_opened" || kind === "lot_reopened") this.lastOpened = lot;
    if (kind === "offers_opened") this.offers.set(lot, event.offers);
    if (!news) return;
    const loud = announced(event, this.currency, this.several);
    if (loud) this.announce(loud);
    if (kind === "lot_opened" || kind === "lot_reopened") this.follow(lot);
    if (ENDINGS.has(kind) && lot === this.shown) this.hold(lot);
    if (kind === "bid_placed" && isExtended(this.state.lots.get(lot), this.own({ lot }), event, this.deadlines.get(lot))) {
      this.extendedAt.set(lot, ["bid", performance.now()]);
    }
    const by = { group_extended: "group", deadline_moved: "house" }[kind];
    if (by) for (const id of Object.keys(event.deadlines_ms)) this.extendedAt.set(id, [by, performance.now()]);
    for (const [id, deadline] of Object.entries(event.deadlines_ms ?? (lot ? { [lot]: event.deadline_ms } : {}))) {
      if (deadline !== undefined) this.deadlines.set(id, deadline);
    }
  }

  // A lot that opens is not kept from sight by one that has ended, chosen or not, nor chosen any more where it had been.
  follow(lot) {
    this.held = null;
    const chosen = this.state.lots.get(this.chosen);
    if (this.chosen === lot || (chosen && isEnded(chosen))) this.chosen = null;
  }

  /** Say for some seconds what must not be missed. */
  announce(words) {
    this.announcement = words;
    clearTimeout(this.announcing);
    this.announcing = setTimeout(() => { this.announcement = ""; this.repaint(); }, ANNOUNCED_MS);
  }

  // What has become of a lot is seen for a while; at the auctioneer's desk until he goes on, so that no call slips.
  hold(lot) {
    this.held = lot;
    if (this.chosen === lot) this.chosen = null;
    clearTimeout(this.holding);
    if (this.part !== "desk") this.holding = setTimeout(() => { this.held = null; this.repaint(); }, RESULT_SHOWN_MS);
  }

  line(event) {
    const text = tell(event, this.currency, this.several);
    if (!text) return [];
    return [make("li", { "data-kind": event.kind }, make("time", {}, clockTime(event.at_ms, this.zone)), make("span", {}, text))];
  }

  clocksMove() {
    this.tick += 1;
    this.repaint();
  }

  paintLines() {
    const { lines, nodes: { ticker } } = this;
    if (!ticker || !lines.length) return;
    const add = () => { ticker.prepend(...[...lines].reverse()); this.trim(); };
    if (fromAbove(ticker, ticker, add, () => this.lines.length && this.repaint())) this.lines = [];
  }

  trim() {
    const { ticker } = this.nodes;
    while (ticker && ticker.children.length > TICKER_LINES) ticker.lastChild.remove();
  }

  connected(answer) {
    const { link, rttMs } = this.live;
    if (link === "refused" && answer?.status === 401) return location.reload();
    const words = {
      live: () => (rttMs === null ? t("live") : t("live · %(ms)s ms", { ms: rttMs })),
      catching: () => t("catching up"),
      lost: () => t("No connection"),
      refused: () => answer?.message ?? t("No connection"),
    };
    if (link !== "catching") document.body.dataset.told = "true";
    const { connection } = this.nodes;
    if (connection) connection.dataset.link = link;
    say(connection, words[link]());
    this.stopClocks(link);
    return this.repaint();
  }

  // Without a connection nothing on the screen may look as if it were now: its clocks stop, and it says of when it is.
  stopClocks(link) {
    const { lost, "lost-at": at } = this.nodes;
    if (link === "live") this.stoppedMs = null;
    else if (link !== "catching") this.stoppedMs ??= this.live.heardMs;
    document.body.dataset.stopped = String(this.stoppedMs !== null);
    if (lost) lost.hidden = this.stoppedMs === null;
    if (this.stoppedMs && this.state.sale) say(at, t("This is how it stood at %(time)s.", { time: clockTime(this.stoppedMs, this.zone) }));
  }

  /** An older record was put back: what this screen has told last may not be. It says so until that has been read. */
  restored() {
    const read = make("button", { type: "button" }, t("I have read it"));
    const words = t("The record was restored from a backup. The last events may not count: look at every lot again.");
    const note = make("div", { class: "lost over", role: "alert", "data-live": "restored" }, make("span", {}, words), " ", read);
    read.addEventListener("click", () => note.remove());
    document.querySelector("[data-live=restored]")?.remove();
    document.querySelector("main").prepend(note);
  }

  /** Say something to who hears the screen instead of seeing it: the latest words, every few seconds at most. */
  speak(words) {
    if (this.words === words) return;
    this.words = words;
    clearTimeout(this.speaking);
    const wait = Math.max(0, this.spokenAt + SPEAK_EVERY_MS - performance.now());
    this.speaking = setTimeout(() => { this.spokenAt = performance.now(); say(this.nodes.spoken, words); }, wait);
  }
}

/** An answer in words for a person. */
export function explain(answer) {
  if (answer.code === "NOT_SENT") return t("Not sent: this screen was not live. Nothing was done.");
  return answer.code === "UNCONFIRMED" ? t("No answer came. Look at the screen before you try again.") : answer.message;
}
