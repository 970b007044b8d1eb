// A sale's catalogue stays true while it is read: the cards follow the stream. Without this script the page still says
// how every lot stood when it was loaded.

import { priceOf, statusWords } from "../core/formats.js";
import { outbidBanner } from "../core/outbid.js";
import { say } from "../core/page.js";
import { Screen } from "../core/screen.js";

const cards = [...document.querySelectorAll("[data-lot]")].map((card) => ({
  lot: card.dataset.lot,
  own: JSON.parse(card.dataset.own ?? "null"),
  tag: card.querySelector("[data-status]"),
  what: card.querySelector("[data-part=what]"),
  amount: card.querySelector("[data-part=amount]"),
  changed: card.querySelector("[data-part=changed]"),
  start: card.dataset.start,
}));

const screen = await Screen.open(document.body.dataset.part ?? "watcher", paint, { withTexts: false });
const paintOutbid = outbidBanner(screen);
for (const { lot, own } of cards) if (own) screen.texts.lots[lot] = { own }; // a falling ask needs its terms

function paint() {
  paintOutbid();
  for (const card of cards) {
    const lot = screen.state.lots.get(card.lot);
    if (!lot) continue;
    card.tag.dataset.status = lot.status;
    say(card.tag, statusWords(screen, lot));
    const [what, amount] = priceOf(screen, lot);
    if (String(lot.start_minor ?? "") !== card.start) card.changed.hidden = false;
    say(card.what, what);
    say(card.amount, amount);
  }
}
