// The holder of the gavel, requests for it, and handing it over. The successor then takes it with one press.

import { t } from "./i18n.js";
import { notify } from "./notice_form.js";
import { newest } from "./notices.js";
import { say } from "./page.js";

const ASKED_MS = 60_000;

export class Gavel {
  constructor(screen) {
    Object.assign(this, { screen, me: document.body.dataset.me, holder: { id: null, name: "" } });
    screen.nodes["gavel-ask"].addEventListener("click", () => notify(screen, { to: "desk", note: "GAVEL_ASKED" }));
  }

  get isMine() { return this.screen.document?.gavel === this.me; }

  get name() { return this.holder.name; }

  /** Whether the holder has handed it to me: it is not taken from another then. */
  get isGiven() {
    const { screen, me } = this;
    return Boolean(newest(screen, ASKED_MS, (notice) => notice.note === "GAVEL_GIVEN" && notice.named === me && notice.by === screen.document?.gavel));
  }

  /** Another auctioneer's wish for the gavel, while I hold it and have not answered; null where there is none. */
  get wish() {
    if (!this.isMine) return null;
    const { notices } = this.screen;
    const answered = new Set([...notices.values()].filter(({ note }) => note === "GAVEL_GIVEN").map(({ named }) => named));
    return newest(this.screen, ASKED_MS, ({ note, by }) => note === "GAVEL_ASKED" && by && by !== this.me && !answered.has(by));
  }

  handOver(wish) {
    return notify(this.screen, { to: "desk", note: "GAVEL_GIVEN", named: wish.by });
  }

  paint(isArmed) {
    const { screen } = this;
    const { nodes } = screen;
    const gavel = screen.document?.gavel ?? null;
    nodes.gavel.hidden = this.isMine || !screen.document || screen.state.closed;
    nodes["gavel-ask"].hidden = gavel === null || this.isGiven;
    if (gavel !== this.holder.id) this.nameHolder(gavel);
    say(nodes["gavel-text"], this.words(gavel));
    say(nodes["take-text"], isArmed ? t("Again to take it") : t("Take the gavel"));
  }

  words(gavel) {
    if (gavel === null) return t("The gavel is free.");
    if (this.isGiven) return t("%(name)s hands the gavel over to you.", { name: this.name });
    return this.name ? t("%(name)s holds the gavel.", { name: this.name }) : t("Another auctioneer holds the gavel.");
  }

  async nameHolder(id) {
    this.holder = { id, name: "" };
    if (id === null || this.isMine) return;
    const answer = await fetch(`/sales/${this.screen.id}/gavel.json`).catch(() => null);
    const told = answer?.ok ? await answer.json() : {};
    if (told.auctioneer === this.holder.id) this.holder = { id, name: told.name ?? "" };
    this.screen.repaint();
  }
}
