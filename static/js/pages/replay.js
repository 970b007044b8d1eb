// A finished lot once more, from the public record: its price grows as it did, at the speed that the reader chooses.
// A reader who wants no motion gets it event by event, without the time between them.

import { t } from "../core/i18n.js";
import { Ladder, loadEvents, pointsOf } from "../core/ladder.js";
import { liveNodes, make, say } from "../core/page.js";
import { clockTime, tell } from "../core/ticker.js";

const TICK_MS = 100;
const QUIET_TICK_MS = 1500;
const BEFORE_MS = 1000;

const nodes = liveNodes();
const { sale, lot, zone, currency } = document.body.dataset;
const straight = nodes.replay.dataset.format === "dutch";
const isCalm = matchMedia("(prefers-reduced-motion: reduce)");

class Replay {
  constructor(events) {
    this.events = events;
    this.points = pointsOf(events, lot);
    this.begin = Math.min(events[0].at_ms, ...this.points.map((point) => point.at_ms)) - BEFORE_MS;
    this.end = Math.max(events.at(-1).at_ms, ...this.points.map((point) => point.at_ms));
    this.ladder = new Ladder(nodes["replay-picture"], { lot, currency, zone, straight });
    this.told = -1;
    this.timer = null;
    const { "replay-at": slider, "replay-play": play } = nodes;
    slider.max = String(this.end - this.begin);
    slider.addEventListener("input", () => { this.stop(); this.go(this.begin + Number(slider.value)); });
    play.addEventListener("click", () => (this.timer ? this.stop() : this.start()));
    nodes["replay-back"].addEventListener("click", () => this.step(-1));
    nodes["replay-on"].addEventListener("click", () => this.step(1));
    this.go(this.end);
  }

  start() {
    if (this.at >= this.end) this.go(this.begin);
    this.timer = setInterval(() => this.tick(), isCalm.matches ? QUIET_TICK_MS : TICK_MS);
    this.paintButton();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.paintButton();
  }

  tick() {
    const next = this.events.find((event) => event.at_ms > this.at)?.at_ms ?? this.end;
    this.go(isCalm.matches ? next : this.at + TICK_MS * Number(nodes["replay-speed"].value));
    if (this.at >= this.end) this.stop();
  }

  /** To the event before or after this moment. */
  step(by) {
    this.stop();
    const others = this.events.filter((event) => (by > 0 ? event.at_ms > this.at : event.at_ms < this.at));
    this.go((by > 0 ? others[0] : others.at(-1))?.at_ms ?? (by > 0 ? this.end : this.begin));
  }

  go(at) {
    this.at = Math.min(this.end, Math.max(this.begin, at));
    const { "replay-at": slider, "replay-time": time } = nodes;
    slider.value = String(this.at - this.begin);
    say(time, clockTime(this.at, zone));
    slider.setAttribute("aria-valuetext", time.textContent);
    const count = this.events.filter((event) => event.at_ms <= this.at).length;
    if (count === this.told) return;
    this.told = count;
    this.ladder.show(this.points.filter((point) => point.at_ms <= this.at), this.points);
    this.tell(this.events.slice(0, count));
  }

  tell(events) {
    const lines = events.map((event) => [event, tell(event, currency)]).filter(([, words]) => words);
    const rows = lines.slice(-5).reverse().map(([event, words]) => make("li", { "data-kind": event.kind }, make("time", {}, clockTime(event.at_ms, zone)), make("span", {}, words)));
    nodes["replay-events"].replaceChildren(...rows);
    say(nodes["replay-said"], lines.at(-1)?.[1] ?? "");
  }

  paintButton() {
    const { "replay-play": play } = nodes;
    say(play, this.timer ? t("Stop") : t("Play"));
    play.setAttribute("aria-pressed", String(Boolean(this.timer)));
  }
}

const all = await loadEvents(sale, lot);
const opened = all.findIndex((event) => event.kind === "lot_opened");
const events = opened < 0 ? [] : all.slice(opened);
nodes.replay.hidden = !pointsOf(events, lot).length;
if (!nodes.replay.hidden) new Replay(events);
