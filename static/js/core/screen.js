// What the live screens share: the connection pill, the lost banner, the lots, what just happened, what is said aloud.

import { isOver, nextLot, onTheBlock, totals } from "./fold.js";
import { loadSentences, locale, t } from "./i18n.js";
import { Live } from "./live.js";
import { money } from "./money.js";
import { liveNodes, loadTexts, make, oncePerFrame, say } from "./page.js";
import { openSocket } from "./socket.js";
import { clockTime, tell } from "./ticker.js";

const TICKER_LINES = 60;
const TOLD_BEFORE = 40;
const SPEAK_EVERY_MS = 3000;

export const STATUS = () => ({
  pending: t("to come"), open: t("open"), fair_warning: t("fair warning"), paused: t("paused"),
  sold: t("sold"), passed: t("passed"), withdrawn: t("withdrawn"),
});

export class Screen {
  /** `paint(screen)` redraws what the screen alone has, at most once a frame; `onEvents(screen, events, news)`. */
  static async open(part, paint, { onEvents = () => {}, withTexts = true } = {}) {
    await loadSentences();
    const screen = new Screen(part, paint, onEvents, withTexts);
    if (withTexts) screen.texts = await loadTexts(screen.slug);
    screen.live = new Live(screen.slug, part, openSocket(), {
      onChange: (state, events, fresh) => screen.changed(events, fresh),
      onDocument: (document) => { screen.document = document; screen.repaint(); },
      onPresence: (presence) => { screen.presence = presence; screen.repaint(); },
      onLink: (answer) => screen.connected(answer),
    });
    document.addEventListener("visibilitychange", () => document.hidden || screen.live.doubt());
    for (const name of ["online", "offline", "pageshow"]) addEventListener(name, () => screen.live.doubt());
    setInterval(() => say(screen.nodes.clock, clockTime(screen.live.now(), screen.zone)), 1000);
    return screen;
  }

  constructor(part, paint, onEvents, withTexts) {
    Object.assign(this, { part, onEvents, withTexts });
    this.slug = document.body.dataset.slug;
    this.zone = document.body.dataset.zone;
    this.nodes = liveNodes();
    this.texts = { lots: {} };
    this.document = null;
    this.presence = null;
    this.lastOpened = null;
    this.spokenAt = 0;
    this.repaint = oncePerFrame(() => {
      if (!this.state.sale) return;
      this.paintQueue();
      paint(this);
    });
  }

  get state() { return this.live.state; }
  get currency() { return this.state.currency; }
  get lot() { return onTheBlock(this.state, this.lastOpened); }
  get next() { return this.state.closed ? null : nextLot(this.state); }
  get over() { return isOver(this.state); }
  get ready() { return this.live.ready; }

  title(lot) {
    return this.texts.lots[lot?.lot]?.[locale] ?? "";
  }

  patents(lot) {
    return this.texts.lots[lot?.lot]?.patents ?? [];
  }

  money(minor) {
    return money(minor, this.currency);
  }

  /** What the sale has come to, in one sentence. */
  summary() {
    const { lots, sold, hammer_minor } = totals(this.state);
    return t("%(sold)s of %(lots)s lots sold, %(amount)s in all", { sold, lots, amount: this.money(hammer_minor) });
  }

  changed(events, fresh) {
    if (fresh && this.nodes.spoken) this.remember();
    this.noteOpened(events);
    for (const event of events) {
      if (event.kind === "lot_listed" && this.withTexts) loadTexts(this.slug).then((texts) => { this.texts = texts; this.repaint(); });
      this.nodes.ticker?.prepend(...this.line(event));
    }
    this.trim();
    this.onEvents(this, events, !fresh);
    this.repaint();
  }

  /** After a snapshot: what happened shortly before it. */
  async remember() {
    this.nodes.ticker?.replaceChildren();
    const events = await this.live.history(TOLD_BEFORE);
    if (!this.lastOpened) this.noteOpened(events);
    for (const event of [...events].reverse()) this.nodes.ticker?.append(...this.line(event));
    this.trim();
    this.onEvents(this, events, false);
    this.repaint();
  }

  noteOpened(events) {
    for (const { kind, lot } of events) if (kind === "lot_opened" || kind === "lot_reopened") this.lastOpened = lot;
  }

  line(event) {
    const text = tell(event, this.currency);
    if (!text) return [];
    return [make("li", { "data-kind": event.kind }, make("time", {}, clockTime(event.at_ms, this.zone)), make("span", {}, text))];
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
    const { connection, lost } = this.nodes;
    if (connection) connection.dataset.link = link;
    say(connection, words[link]());
    if (lost) lost.hidden = link !== "lost" && link !== "refused";
    return this.repaint();
  }

  /** Say something to who hears the screen instead of seeing it: the latest words, every few seconds at most. */
  speak(words) {
    if (this.words === words) return;
    this.words = words;
    clearTimeout(this.speaking);
    const wait = Math.max(0, this.spokenAt + SPEAK_EVERY_MS - performance.now());
    this.speaking = setTimeout(() => { this.spokenAt = performance.now(); say(this.nodes.spoken, words); }, wait);
  }

  paintQueue() {
    const { queue } = this.nodes;
    if (!queue) return;
    const current = this.lot?.lot;
    const signature = [...this.state.lots.values()].map((lot) => `${lot.lot}${lot.status}${lot.hammer_minor ?? ""}`).join() + current;
    if (queue.dataset.signature === signature) return;
    queue.dataset.signature = signature;
    const names = STATUS();
    queue.replaceChildren(...[...this.state.lots.values()].map((lot) => this.queued(lot, lot.lot === current, names)));
    const here = queue.querySelector("[aria-current]");
    if (here) queue.scrollTop = here.offsetTop - queue.offsetTop - here.offsetHeight;
  }

  queued(lot, isCurrent, names) {
    const end = lot.status === "sold" ? this.money(lot.hammer_minor) : lot.status === "pending" ? this.money(lot.start_minor) : names[lot.status];
    const title = this.title(lot);
    return make("li", { "data-status": lot.status, "aria-current": isCurrent ? "true" : null },
      make("strong", { class: "figure" }, lot.lot),
      make("a", { class: "name", href: `/sales/${this.slug}/lots/${lot.lot}`, title }, title),
      make("span", { class: "figure small" }, end));
  }
}

/** What an answer says to a person. */
export function explain(answer) {
  return answer.code === "UNCONFIRMED" ? t("No answer came. Look at the screen before you try again.") : answer.message;
}
