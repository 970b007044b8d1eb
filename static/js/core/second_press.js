// Acts that take two presses: the first arms one with what is on the screen, the second does exactly that. Pure.

const ARMED_MS = 6000;

export class SecondPress {
  /** `onChange` repaints. */
  constructor(onChange) {
    this.onChange = onChange;
    this.armed = null;
  }

  /**
   * Whether this is the second press of an act; else the act is armed, with what `make()` says of it: `lot`, `words`,
   * `message`, and whatever the caller needs. `seen` is what the act is about: another one is another act.
   */
  isSecond(name, seen, make) {
    const { armed } = this;
    if (armed?.name === name && armed.seen === seen) return true;
    this.disarm();
    this.armed = { name, seen, ...make(), timer: setTimeout(() => this.disarm(), ARMED_MS) };
    this.onChange();
    return false;
  }

  /** The armed act, taken: nothing is armed any more. */
  take() {
    const { armed } = this;
    this.disarm();
    return armed;
  }

  disarm() {
    if (!this.armed) return;
    clearTimeout(this.armed.timer);
    this.armed = null;
    this.onChange();
  }

  /** Events of the armed act's lot, or of the sale (another takes the gavel), disarm it. */
  news(events) {
    const { armed } = this;
    const concerns = (event) => (event.lot ? event.lot === armed.lot : event.kind !== "group_extended");
    if (armed && events.some(concerns)) this.disarm();
  }

  /** Another lot is on the screen. */
  shows(lot) {
    if (this.armed?.lot && this.armed.lot !== lot) this.disarm();
  }
}
