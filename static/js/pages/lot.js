// A lot's public page stays true while it is read: state, price or falling ask, and the clock. Without this script the
// page still says how the lot stood when it was loaded.

import { isBegun } from "../core/fold.js";
import { clockOf, priceOf } from "../core/formats.js";
import { say } from "../core/page.js";
import { STATUS, Screen } from "../core/screen.js";

const { lot: number, own } = document.body.dataset;
const tag = document.querySelector("header [data-status]");
const screen = await Screen.open("watcher", paint, { withTexts: false });
screen.texts.lots[number] = { own: JSON.parse(own) };

function paint() {
  const lot = screen.state.lots.get(number);
  if (!lot) return;
  const { nodes } = screen;
  tag.dataset.status = lot.status;
  say(tag, STATUS()[lot.status]);
  const [what, amount] = priceOf(screen, lot);
  nodes.what.hidden = nodes.now.hidden = lot.price_minor === null && !isBegun(lot);
  say(nodes.what, what);
  say(nodes.amount, amount);
  const clock = clockOf(screen, lot);
  say(nodes["clock-line"], clock ? `${clock.label} ${clock.figure}`.trim() : "");
}
