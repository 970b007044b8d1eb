// The way to the server, as docs/protocol/connecting.md says it: one websocket, written here. Where none passes though the
// server answers, the vendored library is loaded, which polls. It is the one place that knows either.

const OPEN_WITHIN_MS = 5000;
const FIRST_PAUSE_MS = 600;
const LONGEST_PAUSE_MS = 6000;
const FAILS_BEFORE_POLLING = 2;
const NAMESPACE = "40";

/** A socket that comes back by itself. Nothing is kept for a connection that is lost: what was pressed before is never sent after. */
export function openSocket() {
  return new Socket().connect();
}

export class Socket {
  constructor() {
    this.connected = false;
    this.handlers = new Map();
    this.waiting = new Map(); // by the number of a message: what its answer is told
    this.number = this.fails = 0;
    this.library = null;
  }

  /** `name`: "connect", "disconnect" (with a reason), "connect_error", or that of a message. */
  on(name, handler) {
    this.handlers.set(name, handler);
    this.library?.on(name, handler);
  }

  timeout(ms) {
    return { emitWithAck: (name, message) => (this.library ? this.library.timeout(ms).emitWithAck(name, message) : this.ask(name, message, ms)) };
  }

  /** Connect now: not after a pause, nor by an attempt that is under way and may hang. */
  connect() {
    if (this.library) this.library.connect();
    else if (!this.connected) this.open();
    return this;
  }

  disconnect() {
    if (this.library) this.library.disconnect();
    else this.drop("io client disconnect");
    return this;
  }

  ask(name, message, ms) {
    return new Promise((resolve, reject) => {
      if (!this.connected) { reject(new Error("not connected")); return; }
      const number = this.number++;
      const timer = setTimeout(() => { this.waiting.delete(number); reject(new Error("no answer in time")); }, ms);
      this.waiting.set(number, { resolve, reject, timer });
      this.line.send(`42${number}${JSON.stringify([name, message])}`);
    });
  }

  open() {
    this.leave();
    const line = new WebSocket(`${location.origin.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
    this.line = line;
    this.timer = setTimeout(() => this.lost(), OPEN_WITHIN_MS);
    line.onmessage = ({ data }) => line === this.line && this.take(data);
    line.onclose = () => line === this.line && this.lost();
  }

  /** A packet. */
  take(text) {
    if (text === "2") this.line.send("3");
    else if (text.startsWith("42")) this.tell(...JSON.parse(text.slice(2)));
    else if (text.startsWith("43")) this.answered(text);
    else if (text.startsWith(NAMESPACE)) this.entered();
    else if (text.startsWith("41")) this.drop("io server disconnect");
    else if (text.startsWith("0")) this.line.send(NAMESPACE);
    else if (text.startsWith("44")) this.lost();
  }

  answered(text) {
    const from = text.indexOf("[");
    const number = Number(text.slice(2, from));
    const asked = this.waiting.get(number);
    if (!asked) return;
    this.waiting.delete(number);
    clearTimeout(asked.timer);
    asked.resolve(JSON.parse(text.slice(from))[0]);
  }

  entered() {
    clearTimeout(this.timer);
    this.connected = true;
    this.fails = 0;
    this.tell("connect");
  }

  /** The line has gone, or did not come: another attempt follows. */
  lost() {
    const was = this.connected;
    this.drop("transport close");
    if (!was) this.failed();
    else this.again();
  }

  async failed() {
    this.fails += 1;
    this.tell("connect_error");
    const { line } = this;
    if (this.fails >= FAILS_BEFORE_POLLING && (await answers()) && line === this.line) await this.poll().catch(() => {});
    if (line === this.line && !this.library) this.again();
  }

  again() {
    const most = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.fails);
    this.timer = setTimeout(() => this.open(), Math.random() * most);
  }

  /** The server answers, but no websocket passes: the library takes over, which also comes back by itself. */
  async poll() {
    const { io } = await import("../../vendor/socket.io.esm.min.js");
    const library = io({ transports: ["polling", "websocket"], timeout: OPEN_WITHIN_MS, reconnectionDelay: 300, reconnectionDelayMax: 3000, randomizationFactor: 1 });
    library.on("connect", () => { this.connected = true; });
    library.on("disconnect", () => { this.connected = false; library.sendBuffer.length = 0; });
    for (const [name, handler] of this.handlers) library.on(name, handler);
    this.library = library;
  }

  /** End the line and what waits for it. */
  drop(reason) {
    const was = this.connected;
    this.connected = false;
    this.leave();
    for (const { reject, timer } of this.waiting.values()) { clearTimeout(timer); reject(new Error(reason)); }
    this.waiting.clear();
    if (was) this.tell("disconnect", reason);
  }

  leave() {
    clearTimeout(this.timer);
    const { line } = this;
    this.line = null;
    line?.close();
  }

  tell(name, message) {
    this.handlers.get(name)?.(message);
  }
}

/** Whether the server answers by HTTP. */
async function answers() {
  const answer = await fetch("/healthz").catch(() => null);
  return Boolean(answer?.ok);
}
