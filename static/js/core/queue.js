// The list of all lots, each a live tile: what it was sold for, or its price and clock, and how I stand on it.
// A row is painted only when its lot has changed, or when its clock runs.

import { inTerm, isBegun } from "./fold.js";
import { clockOf, statusWords } from "./formats.js";
import { make, say } from "./page.js";

export class Queue {
  constructor(screen) {
    Object.assign(this, { screen, list: screen.nodes.queue, rows: new Map(), current: null });
  }

  paint() {
    const { screen, list } = this;
    if (!list) return;
    const current = screen.lot?.lot ?? null;
    for (const lot of screen.state.lots.values()) this.paintRow(lot, lot.lot === current);
    if (current === this.current) return;
    this.current = current;
    const node = this.rows.get(current)?.node;
    if (node) list.scrollTop = node.offsetTop - node.offsetHeight;
  }

  paintRow(lot, isCurrent) {
    const { screen } = this;
    const row = this.rows.get(lot.lot) ?? this.add(lot.lot);
    const isStill = row.lot === lot && row.isCurrent === isCurrent && row.texts === screen.texts && row.document === screen.document;
    if (isStill && row.tick === screen.tick) return;
    Object.assign(row, { lot, isCurrent, texts: screen.texts, document: screen.document, tick: screen.tick });
    const [me, mark] = screen.markOf(lot);
    const { node, name, end, words } = row;
    Object.assign(node.dataset, { status: lot.status, me });
    node.setAttribute("aria-current", String(isCurrent));
    say(name, screen.title(lot));
    name.title = name.textContent;
    say(end, amountOf(screen, lot));
    say(words, mark || underWords(screen, lot));
  }

  add(lot) {
    const { screen, list } = this;
    const name = screen.picks ? make("button", { class: "name", type: "button" }) : make("a", { class: "name", href: `/sales/${screen.slug}/lots/${lot}` });
    if (screen.picks) name.addEventListener("click", () => { screen.choose(lot); scrollTo(0, 0); });
    const [end, words] = [make("span", { class: "figure" }), make("span", { class: "mark" })];
    const row = { lot: null, name, end, words, node: make("li", {}, make("strong", { class: "figure" }, lot), name, make("span", { class: "end small" }, end, words)) };
    this.rows.set(lot, row);
    list.append(row.node);
    return row;
  }
}

function amountOf(screen, lot) {
  if (lot.status === "passed" || lot.status === "withdrawn" || lot.format === "sealed" && isBegun(lot)) return statusWords(screen, lot);
  return screen.money(lot.hammer_minor ?? lot.price_minor ?? (isBegun(lot) ? screen.ask(lot) : lot.start_minor));
}

function underWords(screen, lot) {
  if (isBegun(lot)) return clockOf(screen, lot)?.figure || statusWords(screen, lot);
  return inTerm(lot, screen.live.now()) || lot.taken_from ? statusWords(screen, lot) : "";
}
