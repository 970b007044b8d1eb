// How a bidder stands on a lot: in a word for its colour, a short one for a tile, and a sentence.

import { allIn, commission } from "./commission.js";
import { inTerm, isEnded } from "./fold.js";
import { t } from "./i18n.js";
import { fellWords } from "./priority.js";
import { paddleName, paused } from "./ticker.js";

export class Standing {
  /** `bids`: what the stream told of bids. */
  constructor(screen, bids) {
    Object.assign(this, { screen, bids });
  }

  get mine() { return this.screen.document?.of === "bidder" ? this.screen.document : null; }

  get paddle() { return this.mine?.paddle ?? null; }

  leads(lot) { return this.paddle !== null && lot.leader === this.paddle; }

  /** Whether my bid stands on a lot that another leads. After a reload the document has the facts that the stream has not told yet. */
  isOutbid(lot) {
    if (this.paddle === null || isEnded(lot) || lot.leader === null || this.leads(lot)) return false;
    if (this.bids.has(lot.lot, this.paddle)) return true;
    return this.mine.bid_on.includes(lot.lot) && !this.bids.last(lot.lot, this.paddle)?.voided;
  }

  /** For a tile: "won", "leads", "outbid" or "" with a word that says so in shape too. */
  mark(lot) {
    if (lot.status === "sold" && this.leads(lot)) return inTerm(lot, this.screen.live.now()) ? ["wait", ""] : ["won", t("✓ won")];
    if (isEnded(lot)) return ["", ""];
    if (this.leads(lot)) return this.mine.holds.length ? ["wait", t("▲ leading, held")] : ["leads", t("▲ leading")];
    if (this.isOutbid(lot)) return ["outbid", t("▼ outbid")];
    return this.mine?.offers[lot.lot] ? ["leads", t("✓ sealed")] : ["", ""];
  }

  /** For the lot that is shown. */
  sentence(lot) {
    const { screen } = this;
    if (lot.status === "sold") return inTerm(lot, screen.live.now()) ? ["wait", fellWords(screen, lot, this.leads(lot))] : this.sold(lot);
    if (lot.status === "passed") return ["", t("Passed, not sold")];
    if (lot.status === "withdrawn") return ["", t("Withdrawn")];
    const [me, words] = this.underWay(lot);
    if (screen.state.paused || lot.status === "paused") return [me || "wait", `${paused(screen.state.pause_reason)} ${words}`];
    return lot.status === "fair_warning" ? [me || "wait", `${t("Fair warning!")} ${words}`] : [me, words];
  }

  underWay(lot) {
    if (lot.status === "pending") return ["", t("Not open yet")];
    if (lot.format === "sealed") return this.mine?.offers[lot.lot] ? ["leads", t("Your offer is sealed")] : ["", t("The offers are sealed")];
    if (lot.format === "dutch") return ["", t("Not taken yet")];
    if (this.leads(lot)) return this.mine.holds.length ? ["wait", t("You lead, and your paddle is held: the bid binds you")] : ["leads", t("You lead")];
    if (lot.leader === null) return ["", t("No bid yet")];
    const leads = t("%(who)s leads", { who: paddleName(lot.leader) });
    return this.isOutbid(lot) ? ["outbid", `${t("You are outbid")} · ${leads}`] : ["", leads];
  }

  toPay(hammer_minor) {
    const { screen } = this;
    const slices = screen.state.buyer_commission;
    const amount = screen.money(allIn(hammer_minor, slices));
    return slices.length ? t("pay %(amount)s (commission %(commission)s)", { amount, commission: screen.money(commission(hammer_minor, slices)) }) : t("pay %(amount)s", { amount });
  }

  sold(lot) {
    const { screen } = this;
    if (this.leads(lot)) {
      const words = lot.taken_from ? t("You won lot %(lot)s by priority right", { lot: lot.lot }) : t("You won lot %(lot)s", { lot: lot.lot });
      return ["won", `${words} · ${this.toPay(lot.hammer_minor)}`];
    }
    const who = paddleName(lot.leader);
    return ["", lot.taken_from ? t("Taken by %(who)s by priority right", { who }) : t("Sold to %(who)s", { who })];
  }
}
