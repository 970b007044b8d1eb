// A websocket client (RFC 6455) on Node's own `http`: text frames only, which is all that the protocol needs.

import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";

const MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const [TEXT, CLOSE, PING, PONG] = [1, 8, 9, 10];

/** Open a websocket; `onText` is told each text, and the websocket it came by. Rejects with the status and the body of a handshake that is refused. */
export function open(url, headers, { onText, onEnd }) {
  return new Promise((resolve, reject) => {
    const key = randomBytes(16).toString("base64");
    const upgrade = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key };
    const asked = request(url, { headers: { ...headers, ...upgrade } });
    asked.on("error", reject);
    asked.on("response", async (answer) => reject(new Error(`${answer.statusCode} ${Buffer.concat(await answer.toArray())}`)));
    asked.on("upgrade", (answer, socket, head) => {
      const expected = createHash("sha1").update(key + MAGIC).digest("base64");
      if (answer.headers["sec-websocket-accept"] !== expected) return reject(new Error("not a websocket"));
      const ws = { say: (text) => socket.write(masked(TEXT, Buffer.from(text))), drop: () => socket.destroy() };
      const reader = new Reader(socket, (text) => onText(text, ws));
      socket.setNoDelay(true);
      socket.on("data", (data) => reader.take(data));
      socket.on("error", () => {});
      socket.on("close", onEnd);
      if (head.length) reader.take(head); // the first packet may come with the handshake's answer
      resolve(ws);
    });
    asked.end();
  });
}

class Reader {
  constructor(socket, onText) {
    Object.assign(this, { socket, onText, here: Buffer.alloc(0) });
  }

  take(data) {
    this.here = Buffer.concat([this.here, data]);
    for (let frame = unpacked(this.here); frame; frame = unpacked(this.here)) {
      this.here = this.here.subarray(frame.end);
      if (frame.opcode === TEXT) this.onText(frame.body.toString());
      else if (frame.opcode === PING) this.socket.write(masked(PONG, frame.body));
      else if (frame.opcode === CLOSE) this.socket.end(masked(CLOSE, frame.body));
    }
  }
}

/** The first whole frame of what has come; null while more of it must come. A server's frames are not masked. */
function unpacked(data) {
  if (data.length < 2) return null;
  const short = data[1] & 0x7f;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (data.length < start) return null;
  const length = short === 126 ? data.readUInt16BE(2) : short === 127 ? Number(data.readBigUInt64BE(2)) : short;
  const end = start + length;
  return data.length < end ? null : { opcode: data[0] & 0x0f, body: data.subarray(start, end), end };
}

function masked(opcode, body) {
  const mask = randomBytes(4);
  const head = body.length < 126 ? Buffer.from([0x80 | opcode, 0x80 | body.length]) : Buffer.from([0x80 | opcode, 0x80 | 126, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([head, mask, body.map((byte, place) => byte ^ mask[place % 4])]);
}
