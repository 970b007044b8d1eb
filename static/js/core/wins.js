// What I have won, from the first hammer on: each lot with all that is to be paid, and the sum; and how the sale ended.

import { allIn } from "./commission.js";
import { inTerm } from "./fold.js";
import { t } from "./i18n.js";
import { make, say } from "./page.js";

/** Show both, in the nodes of templates/bidder.html. */
export function paintWins(screen, over, paddle) {
  const { nodes, state } = screen;
  const fell = paddle === null ? [] : screen.lots.filter((lot) => lot.status === "sold" && lot.leader === paddle);
  const [open, mine] = [true, false].map((isOpen) => fell.filter((lot) => inTerm(lot, screen.live.now()) === isOpen));
  nodes.wins.hidden = !mine.length;
  nodes.over.hidden = !over;
  if (over) say(nodes["over-all"], screen.summary());
  if (over) say(nodes["over-open"], open.length ? t("Fell to you, while a priority right is open: %(lots)s", { lots: open.map((lot) => t("Lot %(lot)s", { lot: lot.lot })).join(", ") }) : "");
  const signature = mine.map((lot) => lot.lot + screen.title(lot)).join();
  if (nodes["wins-list"].dataset.signature === signature) return;
  nodes["wins-list"].dataset.signature = signature;
  const pays = (lot) => allIn(lot.hammer_minor, state.buyer_commission);
  nodes["wins-list"].replaceChildren(...mine.map((lot) => make("li", {},
    make("strong", { class: "figure" }, lot.lot), make("span", { class: "clip" }, screen.title(lot)), make("span", { class: "figure" }, screen.money(pays(lot))))));
  const all = screen.money(mine.reduce((sum, lot) => sum + pays(lot), 0));
  say(nodes["wins-all"], state.buyer_commission.length ? t("To pay in all, with commission: %(amount)s", { amount: all }) : t("To pay in all: %(amount)s", { amount: all }));
}
