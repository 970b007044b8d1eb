// A lot's public page stays true while it is read: state, price or falling ask, and the clock. Without this script the
// page still says how the lot stood when it was loaded.

import { isBegun } from "../core/fold.js";
import { clockOf, hasPrice, priceOf, statusWords } from "../core/formats.js";
import { t } from "../core/i18n.js";
import { say } from "../core/page.js";
import { termWords } from "../core/priority.js";
import { paddleName } from "../core/ticker.js";
import { Screen } from "../core/screen.js";

const { lot: number, own, slug } = document.body.dataset;
navigator.sendBeacon(`/sales/${slug}/lots/${number}/seen`); // counted without a name, once a day
const tag = document.querySelector("header [data-status]");
const screen = await Screen.open("watcher", paint, { withTexts: false });
screen.texts.lots[number] = { own: JSON.parse(own) };

function paint() {
  const lot = screen.state.lots.get(number);
  if (!lot) return;
  const { nodes } = screen;
  tag.dataset.status = lot.status;
  say(tag, statusWords(screen, lot));
  const start = screen.money(lot.start_minor);
  if (nodes.start.textContent !== start) nodes.changed.hidden = false;
  say(nodes.start, start);
  const [what, amount] = priceOf(screen, lot);
  nodes.what.hidden = nodes.now.hidden = !hasPrice(lot) && !isBegun(lot);
  say(nodes.what, what);
  say(nodes.amount, amount);
  const clock = clockOf(screen, lot);
  nodes["buyer-name"].hidden = nodes.buyer.hidden = lot.status !== "sold";
  say(nodes.buyer, lot.leader === null ? "" : lot.even_held ? t("%(who)s, although held", { who: paddleName(lot.leader) }) : paddleName(lot.leader));
  const term = termWords(screen, lot);
  nodes["right-name"].hidden = nodes.right.hidden = !term;
  say(nodes.right, term);
  say(nodes["clock-line"], clock ? `${clock.label} ${clock.figure}`.trim() : "");
}
