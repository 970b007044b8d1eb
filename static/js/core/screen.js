// What the three live screens share: the connection pill, the lost banner, the list of lots, the ticker.

import { onTheBlock } from "./fold.js";
import { loadSentences, locale, t } from "./i18n.js";
import { Live } from "./live.js";
import { money } from "./money.js";
import { liveNodes, loadTexts, make, oncePerFrame, say } from "./page.js";
import { clockTime, tell } from "./ticker.js";

const TICKER_LINES = 60;

export const STATUS = () => ({
  pending: t("to come"), open: t("open"), fair_warning: t("fair warning"), paused: t("paused"),
  sold: t("sold"), passed: t("passed"), withdrawn: t("withdrawn"),
});

export class Screen {
  /** `paint(screen)` redraws what the screen alone has; it runs at most once a frame. */
  static async open(part, paint, { onDocument = () => {}, onPresence = () => {}, onEvents = () => {} } = {}) {
    await loadSentences();
    const screen = new Screen(part, paint, onEvents);
    screen.texts = await loadTexts(screen.slug);
    screen.live = new Live(screen.slug, part, {
      onChange: (state, events, fresh) => screen.changed(state, events, fresh),
      onDocument: (document) => { screen.document = document; onDocument(screen); screen.repaint(); },
      onPresence: (presence) => { screen.presence = presence; onPresence(screen); screen.repaint(); },
      onConnection: (connection) => screen.connected(connection),
    });
    return screen;
  }

  constructor(part, paint, onEvents) {
    Object.assign(this, { part, onEvents });
    this.slug = document.body.dataset.slug;
    this.zone = document.body.dataset.zone;
    this.nodes = liveNodes();
    this.document = null;
    this.presence = null;
    this.lastOpened = null;
    this.repaint = oncePerFrame(() => { this.paintShared(); paint(this); });
  }

  get state() { return this.live.state; }
  get currency() { return this.state.currency; }
  get lot() { return onTheBlock(this.state, this.lastOpened); }
  get ready() { return this.live.ready; }

  title(lot) {
    const texts = this.texts.lots[lot?.lot];
    return texts ? texts[locale] : "";
  }

  money(minor) {
    return money(minor, this.currency);
  }

  changed(_state, events, fresh) {
    for (const event of events) {
      if (event.kind === "lot_opened" || event.kind === "lot_reopened") this.lastOpened = event.lot;
      if (event.kind === "lot_listed") loadTexts(this.slug).then((texts) => { this.texts = texts; this.repaint(); });
      this.log(event);
    }
    this.onEvents(this, events, fresh);
    this.repaint();
  }

  log(event) {
    const text = this.nodes.ticker && tell(event, this.currency);
    if (!text) return;
    const time = make("time", {}, clockTime(event.at_ms, this.zone));
    this.nodes.ticker.prepend(make("li", { "data-kind": event.kind }, time, make("span", {}, text)));
    while (this.nodes.ticker.children.length > TICKER_LINES) this.nodes.ticker.lastChild.remove();
  }

  connected({ ready, rttMs, reason }) {
    const { connection, lost } = this.nodes;
    if (connection) {
      connection.dataset.ready = String(ready);
      say(connection, ready ? (rttMs ? t("live · %(ms)s ms", { ms: rttMs }) : t("live")) : (reason ?? t("no connection")));
    }
    if (lost) lost.hidden = ready;
    this.repaint();
  }

  paintShared() {
    if (!this.state.sale) return;
    const { queue } = this.nodes;
    if (queue) this.paintQueue(queue);
  }

  paintQueue(queue) {
    const current = this.lot?.lot;
    const signature = [...this.state.lots.values()].map((lot) => `${lot.lot}${lot.status}${lot.hammer_minor ?? ""}`).join() + current;
    if (queue.dataset.signature === signature) return;
    queue.dataset.signature = signature;
    const names = STATUS();
    queue.replaceChildren(...[...this.state.lots.values()].map((lot) => {
      const end = lot.status === "sold" ? this.money(lot.hammer_minor) : lot.status === "pending" ? this.money(lot.start_minor) : names[lot.status];
      const link = make("a", { class: "name", href: `/sales/${this.slug}/lots/${lot.lot}`, title: this.title(lot) }, this.title(lot));
      return make("li", { "data-lot": lot.lot, "aria-current": lot.lot === current ? "true" : null }, make("strong", { class: "figure" }, lot.lot), link, make("span", { class: "figure small soft" }, end));
    }));
    const here = queue.querySelector("[aria-current]");
    if (here) queue.scrollTop = here.offsetTop - queue.offsetTop - here.offsetHeight;
  }
}
