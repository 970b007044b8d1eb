// What a bidder must not lose from sight while he scrolls, types, or looks at another lot: the strip above, the way back to
// the block, what has just happened, and the title of the page.

import { priceOf } from "./formats.js";
import { t } from "./i18n.js";
import { say } from "./page.js";

const title = document.title;

/** The strip is there while the price is out of sight. */
export function watchPrice({ nodes }) {
  new IntersectionObserver(([entry]) => { document.body.dataset.strip = String(!entry.isIntersecting); }).observe(nodes.price);
}

/** Show all of them, in the nodes of templates/bidder.html. */
export function paintAround(screen, lot, standing, clock) {
  const { nodes, elsewhere, announcement } = screen;
  nodes.elsewhere.hidden = !elsewhere;
  if (elsewhere) say(nodes.elsewhere, t("Lot %(lot)s is being auctioned · back to it", { lot: elsewhere.lot }));
  nodes.announced.hidden = !announcement;
  say(nodes.announced, announcement);
  paintTitle(screen, standing);
  if (!lot) return;
  const [me, mark] = standing.mark(lot);
  nodes["strip-me"].parentNode.dataset.me = me;
  say(nodes["strip-lot"], t("Lot %(lot)s", { lot: lot.lot }));
  say(nodes["strip-price"], priceOf(screen, lot)[1]);
  say(nodes["strip-clock"], clock?.figure ?? "");
  say(nodes["strip-me"], mark);
}

// A tab in the background says it too.
function paintTitle(screen, standing) {
  const outbid = screen.lots.filter((lot) => standing.isOutbid(lot));
  const leading = screen.lots.filter((lot) => standing.leads(lot) && standing.mark(lot)[0] === "leads");
  const words = outbid.length ? t("▼ Outbid, lot %(lot)s", { lot: outbid[0].lot }) : leading.length ? t("▲ Leading, lot %(lot)s", { lot: leading[0].lot }) : "";
  const now = words ? `${words} · ${title}` : title;
  if (document.title !== now) document.title = now;
}
