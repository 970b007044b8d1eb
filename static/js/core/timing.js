// The server's time, and what it makes of a lot: the falling ask, the time left, the phase. Pure: every function is told
// the server's time. `own` are the format's own terms as the sale's texts have them; its twins on the server are
// auction/rules/timed.py and auction/rules/dutch.py.

import { isBegun } from "./fold.js";

const DOUBT_MS = 1000;

/**
 * The server's time by the ticks of a clock that is never corrected. So it stays true when the device's own clock is
 * corrected. A message's time was true at the moment of its arrival at the latest. No more is certain of it.
 */
export class ServerClock {
  constructor(ticks = () => performance.now()) {
    Object.assign(this, { ticks, aheadMs: -Infinity, quickestMs: Infinity });
  }

  now() { return this.ticks() + this.aheadMs; }

  /** The server said its time; it may have been on its way for long. False: it should be asked, for it told less than was thought. */
  heard(nowMs) {
    const least = nowMs - this.ticks();
    this.aheadMs = Math.max(this.aheadMs, least);
    return this.aheadMs - least <= DOUBT_MS;
  }

  /** The server told its time between the asking and now: a quick answer sets the clock, a slow one only where it is sure. */
  answered(nowMs, askedAt) {
    const took = this.ticks() - askedAt;
    const [least, most] = [nowMs - this.ticks(), nowMs - askedAt];
    this.aheadMs = took <= 2 * this.quickestMs ? (least + most) / 2 : Math.min(Math.max(this.aheadMs, least), most);
    this.quickestMs = Math.min(1.5 * this.quickestMs, took); // what was quick once is forgotten in time
  }
}

/** The moment a lot's clock shows: the server's, or the one at which a paused lot stands still. */
export const momentOf = (lot, nowMs) => (lot.paused_at_ms === null ? nowMs : Math.min(nowMs, lot.paused_at_ms));

const ticksOf = (lot, own, nowMs) => Math.max(0, Math.floor((momentOf(lot, nowMs) - lot.origin_ms) / own.tick_ms));
const askAfter = (lot, own, ticks) => Math.max(own.floor_minor, lot.start_minor - ticks * own.step_minor);

/** The next amount of a lot: a Dutch lot's as it has fallen by now, any other's as it was told. */
export function askNow(lot, own, nowMs) {
  const falls = lot.format === "dutch" && isBegun(lot) && own?.tick_ms;
  return falls ? askAfter(lot, own, ticksOf(lot, own, nowMs)) : lot.ask_minor;
}

/** When a Dutch lot's ask falls next, and to what; null once it has come to the floor. */
export function nextFall(lot, own, nowMs) {
  if (lot.format !== "dutch" || !isBegun(lot) || !own?.tick_ms) return null;
  const ticks = ticksOf(lot, own, nowMs);
  if (askAfter(lot, own, ticks) === own.floor_minor) return null;
  return { at_ms: lot.origin_ms + (ticks + 1) * own.tick_ms, ask_minor: askAfter(lot, own, ticks + 1) };
}

/** Milliseconds until a moment, by the lot's clock; never less than nothing. */
export const timeTo = (atMs, lot, nowMs) => Math.max(0, atMs - momentOf(lot, nowMs));

/** Milliseconds until the lot ends if nothing happens; null where no clock ends it. */
export const timeLeft = (lot, nowMs) => (lot.deadline_ms === null ? null : timeTo(lot.deadline_ms, lot, nowMs));

/**
 * Where the clock stands: null (no clock ends the lot, or it is not under way), "over" (its end is met in a moment, or a
 * sealed lot waits to be opened), "falling", "floor", "offers", and of a timed lot "free", "limited", "running", or
 * "closing" (a bid now extends).
 */
export function phaseOf(lot, own, nowMs) {
  if (!isBegun(lot) || lot.deadline_ms === null) return null;
  const left = timeLeft(lot, nowMs);
  if (left === 0) return "over";
  if (lot.format === "dutch") return nextFall(lot, own, nowMs) ? "falling" : "floor";
  if (lot.format === "sealed") return "offers";
  if (own?.ends_ms) return left <= own.window_ms ? "closing" : "running";
  return momentOf(lot, nowMs) < lot.origin_ms + (own?.free_ms ?? 0) ? "free" : "limited";
}

/** The moment that a countdown runs to: the end of the free period, else the deadline. */
export function countsTo(lot, own, nowMs) {
  return phaseOf(lot, own, nowMs) === "free" ? lot.origin_ms + own.free_ms : lot.deadline_ms;
}

/** Whether a bid has moved the end: not one that only made sure of the limited period. */
export function isExtended(lot, own, event, deadlineBefore) {
  if (lot.format !== "timed" || deadlineBefore === null || !(event.deadline_ms > deadlineBefore)) return false;
  return Boolean(own?.ends_ms) || event.arrived_ms >= lot.origin_ms + (own?.free_ms ?? 0);
}

/** A stretch of time as a clock shows it: 0:07, 12:00, 1:02:03, 1 d 1:02:03; a second that has begun counts whole. */
export function countdown(ms, dayWord = "d") {
  const seconds = Math.ceil(ms / 1000);
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  const two = (number) => String(number).padStart(2, "0");
  const clock = days || hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  return days ? `${days} ${dayWord} ${clock}` : clock;
}

/** Whether a lot's clock runs, so that what a screen shows changes without any news. */
export const isRunning = (lot) => isBegun(lot) && lot.deadline_ms !== null && lot.paused_at_ms === null;
