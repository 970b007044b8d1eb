// A client of the live protocol: signs in by a link, connects, joins, follows, resumes (docs/protocol.md).
// Written from these pages alone; it imports nothing of the project's own.

import { before, fold, fromSnapshot, toSnapshot } from "./fold.mjs";
import { open } from "./websocket.mjs";

/** Sign in by a one-time link; the cookie of the session. */
export async function signIn(url, link) {
  const address = `${url}/link/${link}`;
  const page = await fetch(address, { headers: { Accept: "text/html" } });
  const token = /<meta name="csrf-token" content="([^"]+)"/.exec(await page.text())[1];
  const form = new URLSearchParams({ csrf_token: token });
  const answer = await fetch(address, { method: "POST", body: form, headers: { Cookie: cookieOf(page) }, redirect: "manual" });
  if (answer.status !== 302) throw new Error(`the link was answered ${answer.status}`);
  return cookieOf(answer);
}

const cookieOf = (answer) => answer.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");

export class Client {
  constructor(url, cookie, { onFolded, onDocument = () => {} }) {
    Object.assign(this, { url, cookie, onFolded, onDocument });
    this.state = before();
    this.head = null;
    this.waiting = new Map();
    this.number = 0;
    this.asking = null;
    this.gaps = 0;
    this.skip = 0; // so many frames with events are lost on purpose
    this.held = null;
    this.ended = Promise.resolve();
  }

  async connect() {
    this.ended = new Promise((resolve) => { this.onEnd = resolve; });
    const entered = new Promise((resolve) => { this.onEntered = resolve; });
    const address = `${this.url}/socket.io/?EIO=4&transport=websocket`;
    const onText = (text, ws) => {
      this.ws = ws;
      this.hear(text);
    };
    await open(address, { Cookie: this.cookie }, { onText, onEnd: () => this.onEnd() });
    await entered;
  }

  drop() {
    this.ws.drop();
    return this.ended;
  }

  hear(packet) {
    if (packet[0] === "0") this.ws.say("40");
    else if (packet[0] === "2") this.ws.say("3");
    else if (packet.startsWith("40{")) this.onEntered();
    else if (packet.startsWith("43")) this.answered(packet);
    else if (packet.startsWith("42")) this.message(...JSON.parse(packet.slice(2)));
  }

  answered(packet) {
    const [, number, rest] = /^43(\d+)(.*)$/s.exec(packet);
    this.waiting.get(number)?.(JSON.parse(rest)[0]);
    this.waiting.delete(number);
  }

  message(name, content) {
    if (name === "frame") this.frame(content);
    else if (name === "document") this.document(content);
  }

  /** Send a message, and wait for its answer. */
  ask(name, message) {
    const number = String(++this.number);
    return new Promise((resolve) => {
      this.waiting.set(number, resolve);
      this.ws.say(`42${number}${JSON.stringify([name, message])}`);
    });
  }

  /** Watch a sale, or come back to it with what is known. */
  async join(sale, as) {
    const known = this.state.seq ? { seq: this.state.seq, head: this.head } : {};
    const answer = await this.ask("join", { sale: this.state.sale ?? sale, as, ...known });
    if (!answer.code) this.caughtUp(answer);
    return answer;
  }

  caughtUp(answer) {
    if (answer.snapshot) {
      this.state = fromSnapshot(answer.snapshot, answer.seq);
      this.head = answer.head;
      this.onFolded([]);
    } else this.take(answer);
    if (answer.document) this.document(answer.document);
    this.release();
  }

  frame(frame) {
    if (this.skip && frame.events.length) this.skip -= 1;
    else if (frame.sale === this.state.sale && !this.take(frame)) this.closeGap();
  }

  /** Fold the events of a frame or an answer; false where there is a gap. */
  take({ seq, head, events }) {
    const folded = [];
    for (const event of events) {
      if (event.seq > this.state.seq + 1) break;
      if (event.seq <= this.state.seq) continue;
      fold(this.state, event);
      folded.push(event.kind);
    }
    if (this.state.seq === seq) this.head = head;
    if (folded.length) this.onFolded(folded);
    this.release();
    return this.state.seq >= seq;
  }

  closeGap() {
    if (this.asking) return;
    this.gaps += 1;
    this.asking = this.ask("since", { seq: this.state.seq, head: this.head }).then((answer) => {
      this.asking = null;
      this.caughtUp(answer);
    });
  }

  document(document) {
    this.held = document;
    this.release();
  }

  release() {
    if (this.held === null || this.held.as_of > this.state.seq) return;
    this.onDocument(this.held);
    this.held = null;
  }

  get snapshot() {
    return toSnapshot(this.state);
  }
}
