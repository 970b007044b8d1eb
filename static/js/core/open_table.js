// The lots under way side by side, where there is more than one; a press on a row shows its lot.

import { isBegun } from "./fold.js";
import { clockOf, FORMATS, statusWords } from "./formats.js";
import { make, say } from "./page.js";
import { paddleName } from "./ticker.js";
import { isPainted } from "./under_way.js";

/** Show them in the nodes of templates/auctioneer.html. */
export function paintOpen(screen) {
  const { open, "open-lots": rows } = screen.nodes;
  const lots = screen.lots.filter(isBegun);
  open.hidden = lots.length < 2;
  if (open.hidden) return;
  const signature = lots.map((lot) => lot.lot).join();
  if (rows.dataset.signature !== signature) rows.replaceChildren(...lots.map((lot) => openRow(screen, lot)));
  rows.dataset.signature = signature;
  for (const [place, lot] of lots.entries()) paintRow(screen, rows.children[place], lot);
  const current = rows.querySelector("[aria-current=true]");
  if (!current || rows.dataset.current === screen.lot.lot) return;
  rows.dataset.current = screen.lot.lot;
  open.scrollTop = current.offsetTop - 2 * current.offsetHeight;
}

function openRow(screen, lot) {
  const choose = make("button", { type: "button", class: "plain figure" }, lot.lot);
  const row = make("tr", {}, make("td", {}, choose), ...["", "number figure", "", "number figure", "number figure"].map((name) => make("td", { class: name })));
  row.addEventListener("click", () => screen.choose(lot.lot));
  return row;
}

function paintRow(screen, row, lot) {
  if (isPainted(row, { lot, tick: screen.tick, document: screen.document, isShown: lot === screen.lot })) return;
  row.setAttribute("aria-current", String(lot.lot === screen.lot.lot));
  const clock = clockOf(screen, lot);
  const says = [
    lot.status === "open" ? FORMATS()[lot.format] : statusWords(screen, lot), lot.format === "sealed" ? "–" : screen.money(lot.price_minor ?? screen.ask(lot)),
    lot.leader === null ? "–" : paddleName(lot.leader), lot.format === "sealed" ? "–" : String(lot.bids), clock ? clock.figure || clock.label : "–",
  ];
  for (const [place, text] of says.entries()) say(row.children[place + 1], text);
}
