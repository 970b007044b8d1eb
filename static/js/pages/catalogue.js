// A sale's catalogue stays true while it is read: the cards follow the stream. Without this script the page still says
// how every lot stood when it was loaded.

import { t } from "../core/i18n.js";
import { say } from "../core/page.js";
import { STATUS, Screen } from "../core/screen.js";

const cards = [...document.querySelectorAll("[data-lot]")].map((card) => ({
  lot: card.dataset.lot,
  tag: card.querySelector("[data-status]"),
  what: card.querySelector("[data-part=what]"),
  amount: card.querySelector("[data-part=amount]"),
}));

await Screen.open("watcher", paint, { withTexts: false });

function paint(screen) {
  const names = STATUS();
  for (const card of cards) {
    const lot = screen.state.lots.get(card.lot);
    if (!lot) continue;
    card.tag.dataset.status = lot.status;
    say(card.tag, names[lot.status]);
    say(card.what, lot.status === "sold" ? t("Hammer price") : lot.price_minor === null ? t("Start") : t("Price"));
    say(card.amount, screen.money(lot.price_minor ?? lot.start_minor));
  }
}
