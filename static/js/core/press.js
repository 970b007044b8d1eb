// The meaning of a press on a changing amount. Pure: every function is told the time.
//
// A press means the amount that was read. Where the next amount rose by more than two steps within the two seconds before
// the press, or since the button was last in view, the first press only shows the new sum.

const READ_MS = 2000;
const STEPS = 2;

export class Reading {
  constructor() {
    this.start(null, null, 0);
    Object.assign(this, { clock: 0, since: 0, inView: true });
  }

  start(lot, amount, at) {
    Object.assign(this, { lot, shown: amount === null ? [] : [{ amount, at }], away: null, told: null });
  }

  // Time counts only while the button is in view, because a person reads only a visible amount.
  at(nowMs) { return this.clock + (this.inView ? nowMs - this.since : 0); }

  get amount() { return this.shown.at(-1)?.amount ?? null; }

  /** The button shows this amount of this lot from now on; null: none. */
  show(lot, amount, nowMs) {
    const at = this.at(nowMs);
    if (lot !== this.lot) this.start(lot, amount, at);
    if (amount === null || amount === this.amount) return;
    if (this.away && at <= this.away.backAt + READ_MS) this.away.found = amount;
    while (this.shown.length > 1 && this.shown[1].at <= at - READ_MS) this.shown.shift();
    this.shown.push({ amount, at });
  }

  /** The button has come into view, or has gone out of it. */
  view(inView, nowMs) {
    if (inView === this.inView) return;
    this.clock = this.at(nowMs);
    if (!inView) this.away ??= { amount: this.amount, found: this.amount };
    else if (this.away) this.away.backAt = this.clock;
    Object.assign(this, { inView, since: nowMs });
  }

  /** Whether a press sends the amount; false: the sum is news, and this press has only shown it. `step`: to the next. */
  press(step, nowMs) {
    const at = this.at(nowMs);
    const known = this.shown.findLast((each) => each.at <= at - READ_MS) ?? this.shown[0];
    const rose = this.amount - (known?.amount ?? this.amount);
    const roseAway = this.away?.amount ? this.away.found - this.away.amount : 0; // as it was found on coming back
    const isNews = Math.max(rose, roseAway) > STEPS * step && this.told !== this.amount;
    Object.assign(this, { told: isNews ? this.amount : null, away: null });
    if (isNews) this.shown = [{ amount: this.amount, at }];
    return !isNews;
  }
}
