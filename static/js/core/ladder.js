// The price of a lot as a picture: a step for each bid, a mark for each by its way (a circle online, a square in the
// hall), the hammer as a line at the end. `pointsOf` is pure; `Ladder` draws into an SVG of the page.

import { t } from "./i18n.js";
import { money } from "./money.js";
import { clockTime, paddleName } from "./ticker.js";

const NARROWEST = 280;
const HEIGHT = 240;
const [LEFT, RIGHT, UP, DOWN] = [8, 96, 14, 30];
const MOST_MARKS = 120;
const LINES = 3;
const ENDS = { lot_passed: true, lot_withdrawn: true };

/** The price that an event leaves on a lot; undefined where it changes none. */
function priceAfter(event, lot, start) {
  const { kind } = event;
  if (kind === "lot_opened" || kind === "lot_reopened") return event.ask_minor;
  if (kind === "bid_placed") return event.price_minor;
  if (kind === "bid_voided" || kind === "calls_lifted") return event.price_minor ?? start;
  if (kind === "paddle_held" && event.lots[lot]) return event.lots[lot].price_minor ?? start;
  return kind === "lot_sold" ? event.hammer_minor : undefined;
}

/**
 * The course of a lot's price by its public events, in their order: `at_ms`, `price_minor`, `paddle` that leads, `kind`,
 * and the `way` of a bid. Sealed offers are points of their own, once they are opened.
 */
export function pointsOf(events, lot) {
  const points = [];
  for (const event of events) {
    const start = points[0]?.price_minor ?? null;
    if (event.kind === "offers_opened") points.push(...opened(event));
    const price_minor = priceAfter(event, lot, start) ?? (ENDS[event.kind] && points.length ? points.at(-1).price_minor : undefined);
    if (price_minor === undefined || price_minor === null) continue;
    const paddle = event.leader ?? event.lots?.[lot]?.leader ?? (event.kind === "lot_sold" ? event.paddle : null);
    points.push({ at_ms: event.ended_at_ms ?? event.at_ms, price_minor, paddle, kind: event.kind, way: event.way ?? null });
  }
  return points;
}

const opened = ({ offers }) => offers
  .map(([paddle, price_minor, at_ms]) => ({ at_ms, price_minor, paddle, kind: "offer", way: null }))
  .sort((one, other) => one.at_ms - other.at_ms);

function draw(tag, attributes, text = "") {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.textContent = text;
  return node;
}

export class Ladder {
  /** `svg` is a node of the page; `straight`: the ask falls, so the price goes straight to the bid. */
  constructor(svg, { lot, currency, zone, straight = false }) {
    Object.assign(this, { svg, lot, currency, zone, straight });
    svg.setAttribute("role", "img");
  }

  /** Draw the points; the axes are those of `all`, so that a replay does not change its scale while it runs. */
  show(points, all = points) {
    this.width = Math.max(NARROWEST, this.svg.clientWidth); // so its words are as large as those of the page
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${HEIGHT}`);
    const scale = this.scale(all);
    this.svg.replaceChildren(...this.axes(all, scale), ...this.course(points, scale), ...this.last(points.at(-1), scale));
    this.svg.setAttribute("aria-label", this.words(points));
  }

  /** The picture in words, for who does not see it. */
  words(points) {
    const bids = points.filter((point) => point.kind === "bid_placed" || point.kind === "offer").length;
    const last = points.at(-1);
    if (!last) return t("No price yet.");
    return t("The price of lot %(lot)s: from %(first)s to %(last)s, bids: %(bids)s.", { lot: this.lot, bids, first: money(points[0].price_minor, this.currency), last: money(last.price_minor, this.currency) });
  }

  scale(points) {
    const [moments, prices] = [points.map((point) => point.at_ms), points.map((point) => point.price_minor)];
    const [begin, low] = [Math.min(...moments), Math.min(...prices)];
    const [span, rise] = [Math.max(...moments) - begin || 1, Math.max(...prices) - low || 1];
    return {
      begin, low, high: Math.max(...prices), end: begin + span,
      x: (at) => LEFT + ((this.width - LEFT - RIGHT) * (at - begin)) / span,
      y: (price) => HEIGHT - DOWN - ((HEIGHT - UP - DOWN) * (price - low)) / rise,
    };
  }

  axes(points, { begin, end, low, high, x, y }) {
    if (!points.length) return [];
    const levels = low === high ? [low] : Array.from({ length: LINES }, (_, place) => low + ((high - low) * place) / (LINES - 1));
    const lines = levels.map((price) => draw("path", { class: "level", d: `M${LEFT} ${y(price)}H${this.width - RIGHT}` }));
    const times = [[begin, "start"], ...(points.length > 1 ? [[end, "end"]] : [])];
    return [...lines, ...times.map(([at, anchor]) => draw("text", { x: x(at), y: HEIGHT - 8, "text-anchor": anchor }, clockTime(at, this.zone)))];
  }

  course(points, { x, y }) {
    if (!points.length) return [];
    const offers = points[0].kind === "offer";
    const [first, ...rest] = points;
    const steps = rest.map((point) => (this.straight ? `L${x(point.at_ms)} ${y(point.price_minor)}` : `H${x(point.at_ms)}V${y(point.price_minor)}`));
    const line = offers ? [] : [draw("path", { class: "course", d: `M${x(first.at_ms)} ${y(first.price_minor)}${steps.join("")}` })];
    const marked = points.filter((point) => point.kind === "bid_placed" || point.kind === "offer").slice(-MOST_MARKS);
    const marks = marked.map((point) => (point.way === "floor"
      ? draw("rect", { class: "bid", x: x(point.at_ms) - 4, y: y(point.price_minor) - 4, width: 8, height: 8 })
      : draw("circle", { class: "bid", cx: x(point.at_ms), cy: y(point.price_minor), r: 4 })));
    return [...line, ...marks];
  }

  last(point, { x, y }) {
    if (!point) return [];
    const at = { x: x(point.at_ms) + 8, y: y(point.price_minor) };
    const hammer = point.kind === "lot_sold" ? [draw("path", { class: "hammer", d: `M${x(point.at_ms)} ${UP}V${HEIGHT - DOWN}` })] : [];
    const who = point.paddle === null ? "" : paddleName(point.paddle);
    return [...hammer, draw("text", { class: "now", ...at, dy: "0.1em" }, money(point.price_minor, this.currency)), draw("text", { ...at, dy: "1.3em" }, who)];
  }
}

/** The public events of a lot so far, by HTTP; none where they do not come. */
export async function loadEvents(sale, lot) {
  try {
    const answer = await fetch(`/sales/${sale}/lots/${lot}/events.json`);
    return answer.ok ? (await answer.json()).events : [];
  } catch {
    return [];
  }
}
