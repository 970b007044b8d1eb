// The connection to one sale. It joins, folds events, asks for missing ones, and says how good the line is.
// A screen gets `onChange(state, events)` once a batch; it never shows a price from its own click.
//
// `link` is "live" (what is shown is what is), "catching" (connected, but something is missing), "lost", or "refused".

import { empty, fold, load } from "./fold.js";
import { ServerClock } from "./timing.js";

const SILENT_AFTER_MS = 4000; // the server speaks at least every 2.5 s
const WATCH_EVERY_MS = 250;
const ANSWER_WITHIN_MS = 4000;
const MEASURE_EVERY_MS = 10_000;
const AGAIN_AFTER_MS = 500;
const GIVE_UP_AFTER_MS = 30_000;

/** Nothing has left this device. */
class NotSent extends Error {}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const makeKey = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16).padStart(8, "0")).join("");

export class Live {
  constructor(sale, part, socket, { onChange, onDocument = () => {}, onPresence = () => {}, onLateBid = () => {}, onNotices = () => {}, onLink = () => {}, onRestored = () => {} }) {
    Object.assign(this, { sale, part, socket, onChange, onDocument, onPresence, onLateBid, onNotices, onLink, onRestored });
    this.state = empty();
    this.link = "catching";
    this.clock = new ServerClock();
    this.rttMs = null;
    this.measuring = false;
    this.heardAt = performance.now();
    this.held = this.head = null;
    this.restores = 0;
    this.resyncing = false;
    socket.on("connect", () => this.join());
    socket.on("disconnect", (reason) => this.disconnected(reason));
    socket.on("connect_error", () => this.setLink("lost"));
    socket.on("frame", (frame) => this.take(frame));
    socket.on("document", (document) => this.hold(document));
    socket.on("presence", (presence) => this.onPresence(presence));
    socket.on("late_bid", (bid) => this.onLateBid(bid));
    socket.on("notice", (notice) => this.onNotices([notice], true));
    setInterval(() => this.watch(), WATCH_EVERY_MS);
    setInterval(() => this.measure(), MEASURE_EVERY_MS);
  }

  get ready() { return this.link === "live"; }

  /** The server's time now, in milliseconds. */
  now() { return this.clock.now(); }

  /** The server's time when it was last heard. */
  get heardMs() { return this.now() - (performance.now() - this.heardAt); }

  // --- sending ---

  /** Send a message and wait for its answer; rejects when none comes in time, with NotSent when there is no connection. */
  async ask(name, message) {
    if (!this.socket.connected) throw new NotSent();
    const askedAt = performance.now();
    const answer = await this.socket.timeout(ANSWER_WITHIN_MS).emitWithAck(name, message);
    this.heardAt = performance.now();
    if (answer.now_ms) this.clock.answered(answer.now_ms, askedAt);
    return answer;
  }

  /**
   * Send a command, and get its answer. A press on a screen that is not live is never sent, now or later: NOT_SENT.
   * A command that was sent and got no answer is asked again with its key, which gets the first answer, for half a
   * minute: then it is UNCONFIRMED. A command that names no amount is asked again only while its lot has not changed:
   * it would mean another lead than the one that was seen; and none is where an older record was put back meanwhile, which
   * would take it for a new one. `onChecking(wasSent)` is told each time the answer is awaited.
   */
  async command(name, message, onChecking = () => {}) {
    if (!this.ready || !this.socket.connected) return { code: "NOT_SENT" };
    const keyed = { ...message, key: makeKey() };
    const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
    const means = this.meaning(message);
    let open = ["UNCONFIRMED"];
    const check = () => {
      open = ["UNCONFIRMED", "UNAVAILABLE", "RATE_LIMITED"]; // from now on these speak of the last sending only
      onChecking();
    };
    do {
      try {
        const answer = await this.ask(name, keyed);
        if (answer.code === "NOT_JOINED") await this.join();
        else if (!open.includes(answer.code)) return answer;
        else {
          check();
          await pause(AGAIN_AFTER_MS);
        }
      } catch {
        check();
      }
    } while ((await this.whenReady(giveUpAt)) && means());
    return { code: "UNCONFIRMED" };
  }

  /** Whether a command still means what it meant when it was pressed. */
  meaning({ lot, amount_minor, max_minor }) {
    const { restores } = this;
    if ((amount_minor ?? max_minor ?? null) !== null) return () => this.restores === restores;
    const seen = () => (lot ? this.state.lots.get(lot) : this.state.seq);
    const before = seen();
    return () => this.restores === restores && seen() === before;
  }

  /** Whether the screen is live before the time is up. */
  async whenReady(giveUpAt) {
    while (!this.ready && this.link !== "refused" && performance.now() < giveUpAt) await pause(100);
    return this.ready && performance.now() < giveUpAt;
  }

  // --- joining and catching up ---

  async join() {
    this.setLink("catching");
    this.heardAt = performance.now();
    try {
      const answer = await this.ask("join", { sale: this.state.sale ?? this.sale, as: this.part, ...this.known });
      if (answer.code) this.refused(answer);
      else this.catchUp(answer);
      if (answer.notices?.length) this.onNotices(answer.notices, false);
    } catch {
      if (this.socket.connected) setTimeout(() => this.socket.connected && this.join(), AGAIN_AFTER_MS);
    }
  }

  refused(answer) {
    const forGood = answer.status === 401 || answer.status === 403 || answer.status === 404;
    this.setLink(forGood ? "refused" : "catching", answer);
    if (forGood) this.socket.disconnect();
    else setTimeout(() => this.socket.connected && this.join(), 4 * AGAIN_AFTER_MS);
  }

  /** The last number of this screen with the head that it was told there: an older record put back has another. */
  get known() {
    return { seq: this.state.seq || null, ...(this.head && { head: this.head }) };
  }

  learn({ seq, head = null }) {
    if (this.state.seq === seq) this.head = head;
  }

  catchUp(answer) {
    if (answer.restored) this.forgetRecord();
    if (answer.snapshot) this.state = load(answer.snapshot, answer.seq);
    const news = (answer.events ?? []).filter((event) => event.seq > this.state.seq);
    this.state = news.reduce(fold, this.state);
    this.learn(answer);
    this.setLink("live");
    this.onChange(this.state, news, Boolean(answer.snapshot));
    if (answer.restored) this.onRestored();
    if (answer.document) this.hold(answer.document);
    this.release();
    if (this.rttMs === null) this.measure();
  }

  /** Another record has the numbers of this one from here on: what waits for a number of the old one is worth nothing. */
  forgetRecord() {
    this.restores += 1;
    this.held = null;
  }

  /** Events before the snapshot, for screens that tell what happened: at most `count`, oldest first. */
  async history(count) {
    const until = this.state.seq;
    if (until < 2) return [];
    try {
      const { events = [] } = await this.ask("since", { seq: Math.max(1, until - count) });
      return events.filter((event) => event.seq <= until);
    } catch {
      return [];
    }
  }

  take(frame) {
    if (!this.state.sale || frame.sale !== this.state.sale) return;
    this.heardAt = performance.now();
    if (!this.clock.heard(frame.now_ms)) this.measure();
    const news = frame.events.filter((event) => event.seq > this.state.seq);
    const missing = news.length ? news[0].seq !== this.state.seq + 1 : frame.seq > this.state.seq;
    if (missing) this.resync();
    if (missing || !news.length) return;
    this.state = news.reduce(fold, this.state);
    this.learn(frame);
    this.onChange(this.state, news, false);
    this.release();
  }

  async resync() {
    if (this.resyncing || !this.state.sale) return;
    this.resyncing = true;
    this.setLink("catching");
    try {
      const answer = await this.ask("since", { ...this.known, seq: this.state.seq });
      if (answer.code) await this.join();
      else this.catchUp(answer);
    } catch {
      if (this.socket.connected) this.reconnect();
    } finally {
      this.resyncing = false;
    }
  }

  // A private document waits until the fold has come to the number it was made at; the latest wins.
  hold(document) {
    if (!this.held || document.as_of >= this.held.as_of) this.held = document;
    this.release();
  }

  release() {
    if (!this.held || this.held.as_of > this.state.seq) return;
    const document = this.held;
    this.held = null;
    this.onDocument(document);
  }

  // --- the link ---

  setLink(link, answer = null) {
    const changed = link !== this.link;
    this.link = link;
    if (changed || answer) this.onLink(answer);
  }

  async measure() {
    if (!this.ready || this.measuring) return;
    this.measuring = true;
    const askedAt = performance.now();
    try {
      const { now_ms } = await this.ask("clock", { rtt_ms: this.rttMs });
      if (!now_ms) return;
      this.rttMs = Math.round(performance.now() - askedAt);
      if (this.ready) this.onLink(null);
    } catch {
      this.rttMs = null;
    } finally {
      this.measuring = false;
    }
  }

  watch() {
    const silent = performance.now() - this.heardAt > SILENT_AFTER_MS;
    if (!silent || this.link === "lost" || this.link === "refused") return;
    this.setLink("lost");
    this.reconnect();
  }

  /** The device woke up, or says that its network went or came back: what is shown may be old. */
  doubt() {
    if (this.link === "refused") return;
    if (this.socket.connected) this.resync();
    else this.reconnect(); // not by the attempt under way, which may hang, nor after its pause
  }

  reconnect() {
    this.setLink("lost");
    this.socket.disconnect().connect();
  }

  disconnected(reason) {
    if (this.link !== "refused") this.setLink("lost");
    // The server ended it: the library would not come back by itself.
    if (reason === "io server disconnect") setTimeout(() => this.socket.connect(), 300 + Math.random() * 1500);
  }
}
