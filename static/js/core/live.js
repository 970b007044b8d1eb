// The connection to one sale: joins, folds what comes, asks for what is missing, and says how late it is.
// A screen gets `onChange(state, events)` once a batch; it never shows a price from its own click.

import { io } from "../../vendor/socket.io.esm.min.js";
import { empty, fold, load } from "./fold.js";

const SILENT_AFTER_MS = 4500;
const ANSWER_WITHIN_MS = 4000;
const MEASURE_EVERY_MS = 10000;

export class Live {
  constructor(sale, part, { onChange, onDocument = () => {}, onPresence = () => {}, onConnection = () => {} }) {
    Object.assign(this, { sale, part, onChange, onDocument, onPresence, onConnection });
    this.state = empty();
    this.offsetMs = 0;
    this.rttMs = null;
    this.ready = false;
    this.heardAt = 0;
    this.held = null;
    this.socket = io({ transports: ["websocket", "polling"], reconnectionDelay: 300, reconnectionDelayMax: 3000, randomizationFactor: 1 });
    this.socket.on("connect", () => this.join());
    this.socket.on("disconnect", (reason) => this.lost(reason));
    this.socket.on("frame", (frame) => this.take(frame));
    this.socket.on("document", (document) => this.hold(document));
    this.socket.on("presence", (presence) => this.onPresence(presence));
    this.socket.on("bye", ({ reason }) => this.goodbye(reason));
    setInterval(() => this.watch(), 1000);
    setInterval(() => this.measure(), MEASURE_EVERY_MS);
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
  }

  /** The server's time now, in milliseconds. */
  now() {
    return Date.now() + this.offsetMs;
  }

  /** Send a message and wait for its answer; rejects when none comes in time. */
  ask(name, message) {
    return this.socket.timeout(ANSWER_WITHIN_MS).emitWithAck(name, message);
  }

  /** Send a command until it is answered: the same key gets the same answer, however often it is asked. */
  async command(name, message, onChecking = () => {}) {
    const keyed = { ...message, key: crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint32Array(4))).join("-") };
    for (;;) {
      try {
        const answer = await this.ask(name, keyed);
        if (answer.code !== "UNAUTHENTICATED" && answer.code !== "NOT_JOINED") return answer;
        if (this.ready) return answer;
      } catch {
        onChecking();
      }
      await this.whenReady();
    }
  }

  async join() {
    try {
      const known = this.state.seq || null;
      const answer = await this.ask("join", { sale: this.sale, as: this.part, seq: known });
      if (answer.code) return this.refused(answer);
      this.catchUp(answer);
      this.measure();
    } catch {
      if (this.socket.connected) setTimeout(() => this.join(), 500);
    }
  }

  refused(answer) {
    this.onConnection({ ready: false, reason: answer.message });
    if (answer.code === "UNAUTHENTICATED" || answer.code === "FORBIDDEN") this.socket.disconnect();
    else setTimeout(() => this.socket.connected && this.join(), 2000);
  }

  catchUp(answer) {
    let state = this.state;
    const events = answer.events ?? [];
    if (answer.snapshot) state = load(answer.snapshot, answer.seq);
    for (const event of events) if (event.seq > state.seq) state = fold(state, event);
    this.state = state;
    this.heard(answer.now_ms);
    this.ready = true;
    this.onConnection({ ready: true, rttMs: this.rttMs });
    this.onChange(this.state, events, Boolean(answer.snapshot));
    if (answer.document) this.hold(answer.document);
    this.release();
  }

  take(frame) {
    if (!this.state.sale || frame.sale !== this.state.sale) return;
    this.heard(frame.now_ms);
    const news = frame.events.filter((event) => event.seq > this.state.seq);
    const missing = news.length ? news[0].seq !== this.state.seq + 1 : frame.seq > this.state.seq;
    if (missing) return this.resync();
    if (!news.length) return;
    this.state = news.reduce(fold, this.state);
    this.onChange(this.state, news, false);
    this.release();
  }

  async resync() {
    if (this.resyncing) return;
    this.resyncing = true;
    this.ready = false;
    try {
      const answer = await this.ask("since", { seq: this.state.seq });
      if (answer.code) await this.join();
      else this.catchUp(answer);
    } catch {
      this.socket.disconnect().connect();
    } finally {
      this.resyncing = false;
    }
  }

  // A private document waits until the fold has come to the number it was made at.
  hold(document) {
    if (!this.held || document.as_of >= this.held.as_of) this.held = document;
    this.release();
  }

  release() {
    if (this.held && this.held.as_of <= this.state.seq) {
      const document = this.held;
      this.held = null;
      this.onDocument(document);
    }
  }

  heard(nowMs) {
    this.heardAt = performance.now();
    if (this.rttMs === null) this.offsetMs = nowMs - Date.now();
  }

  async measure() {
    if (!this.ready) return;
    const sent = performance.now();
    try {
      const { now_ms } = await this.ask("clock", { rtt_ms: this.rttMs });
      this.rttMs = Math.round(performance.now() - sent);
      this.offsetMs = Math.round(now_ms + this.rttMs / 2 - Date.now());
      if (this.ready) this.onConnection({ ready: true, rttMs: this.rttMs });
    } catch {
      this.rttMs = null;
    }
  }

  watch() {
    if (this.ready && performance.now() - this.heardAt > SILENT_AFTER_MS) this.lost("silent");
  }

  wake() {
    if (this.socket.connected) this.resync();
    else this.socket.connect();
  }

  lost(reason) {
    this.ready = false;
    this.onConnection({ ready: false });
    if (reason === "silent") this.socket.disconnect().connect();
    // The server ended it: the library would not come back by itself.
    if (reason === "io server disconnect") setTimeout(() => this.socket.connect(), 300 + Math.random() * 1500);
  }

  goodbye(reason) {
    if (reason === "signed_out") setTimeout(() => location.reload(), 300);
  }

  whenReady() {
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        if (!this.ready) return;
        clearInterval(timer);
        resolve();
      }, 100);
    });
  }
}
