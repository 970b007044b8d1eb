// What the screens show of lots under way: a lot's clock, the ranking of opened offers, and who else is open.

import { isBegun } from "./fold.js";
import { clockOf } from "./formats.js";
import { t } from "./i18n.js";
import { make, say } from "./page.js";
import { paddleName } from "./ticker.js";

const RANKS_SHOWN = 8;
const painted = new WeakMap(); // by node: what it was painted of

/** Whether a node was painted of just this already; else it is from now on. */
export function isPainted(node, now) {
  const before = painted.get(node);
  if (before && Object.entries(now).every(([name, value]) => before[name] === value)) return true;
  painted.set(node, now);
  return false;
}

/** Show a lot's clock and, once its offers are open, their ranking, in the nodes of templates/_timing.html. */
export function paintTiming(screen, lot) {
  const { nodes } = screen;
  const clock = lot ? clockOf(screen, lot) : null;
  nodes.timing.hidden = !clock;
  if (clock) {
    nodes.timing.dataset.near = String(clock.near);
    nodes.timing.style.setProperty("--left", clock.near ? clock.share : 0);
    nodes.timing.dataset.extended = String(clock.extended);
    say(nodes["timing-label"], clock.label);
    say(nodes.countdown, clock.figure);
    say(nodes["timing-note"], clock.note);
  }
  paintRanking(screen, lot);
  return clock;
}

function paintRanking(screen, lot) {
  const { ranking } = screen.nodes;
  const offers = screen.offersOf(lot);
  ranking.hidden = offers.length === 0;
  const signature = `${lot?.lot} ${lot?.status} ${offers.length}`;
  if (ranking.dataset.signature === signature) return;
  ranking.dataset.signature = signature;
  const mine = screen.document?.paddle;
  ranking.replaceChildren(...offers.slice(0, RANKS_SHOWN).map(([paddle, amount], place) =>
    make("li", { "data-won": String(place === 0 && lot.status === "sold"), "data-mine": String(paddle === mine) },
      make("span", {}, paddleName(paddle)), make("span", { class: "figure" }, screen.money(amount)))));
  if (offers.length > RANKS_SHOWN) ranking.append(make("li", { class: "soft" }, t("and %(count)s more", { count: offers.length - RANKS_SHOWN })));
}

/** One button a lot under way, where there is more than one to choose from; `markOf` says how I stand on a lot, in a word and in words. */
export function paintTabs(screen, markOf) {
  const { tabs } = screen.nodes;
  const lots = screen.underWay;
  tabs.hidden = lots.length < 2;
  if (tabs.hidden) return;
  const signature = lots.map((lot) => lot.lot).join();
  if (tabs.dataset.signature !== signature) {
    tabs.dataset.signature = signature;
    tabs.replaceChildren(...lots.map((lot) => tab(screen, lot)));
  }
  const { tick, document } = screen;
  for (const [place, lot] of lots.entries()) {
    const node = tabs.children[place];
    const now = { lot, tick, document, isShown: lot === screen.lot };
    if (isPainted(node, now)) continue;
    node.setAttribute("aria-pressed", String(lot.lot === screen.lot.lot));
    const [me, mark] = markOf(lot);
    node.dataset.me = me;
    say(node.lastChild, mark);
    say(node.children[1], clockOf(screen, lot)?.figure || screen.money(lot.price_minor ?? lot.start_minor));
  }
}

function tab(screen, lot) {
  const node = make("button", { type: "button" }, make("span", {}, t("Lot %(lot)s", { lot: lot.lot })), make("span", { class: "figure small" }), make("span", { class: "mark small" }));
  node.addEventListener("click", () => screen.choose(lot.lot));
  return node;
}

/** The other open lots, in one line; empty if there are none. */
export function alsoOpen(screen) {
  const others = screen.underWay.filter((lot) => isBegun(lot) && lot.lot !== screen.lot?.lot);
  if (!others.length) return "";
  const lots = others.slice(0, 4).map((lot) => {
    const figure = clockOf(screen, lot)?.figure;
    return t("Lot %(lot)s", { lot: lot.lot }) + (figure ? ` (${figure})` : "");
  });
  return t("Also open: %(lots)s", { lots: lots.join(" · ") });
}
