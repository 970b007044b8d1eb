// Outbid is told on every page of a sale: in the title, and in a banner that leads to the live screen.

import { isBegun } from "./fold.js";
import { t } from "./i18n.js";
import { make, say } from "./page.js";

/** The lots under way on which a bid of mine stands and another leads; none without a bidder's document. */
function outbidOn(screen) {
  const { bid_on = [], paddle } = screen.document ?? {};
  return bid_on.map((lot) => screen.state.lots.get(lot)).filter((lot) => lot && isBegun(lot) && lot.leader !== null && lot.leader !== paddle);
}

/** Put into the title on how many lots I am outbid. */
function outbidInTitle(count) {
  const plain = document.title.replace(/^▼ \d+ · /, "");
  const title = count ? `▼ ${count} · ${plain}` : plain;
  if (document.title !== title) document.title = title;
}

/** A banner and the title of a page that is not the live screen; returns what paints them. */
export function outbidBanner(screen) {
  const words = make("strong");
  const link = make("a", { class: "outbid-banner", href: `/sales/${screen.slug}/live`, role: "alert", hidden: "" }, words);
  document.body.append(link);
  return () => {
    const lots = outbidOn(screen);
    link.hidden = !lots.length;
    outbidInTitle(lots.length);
    if (lots.length) say(words, t("You are outbid: lot %(lots)s. Bid live", { lots: lots.map(({ lot }) => lot).join(", ") }));
  };
}
