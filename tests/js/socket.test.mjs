// The socket's own reasoning, over a websocket that the test plays.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Socket } from "../../static/js/core/socket.js";

class Wire {
  constructor(address) { Object.assign(this, { address, sent: [], closed: false }); wires.push(this); }

  send(text) { this.sent.push(text); }

  close() { this.closed = true; }

  says(text) { this.onmessage({ data: text }); }

  opens() { this.says('0{"sid":"a"}'); this.says('40{"sid":"b"}'); }
}

let wires, socket, heard;
const settle = async () => { for (let i = 0; i < 20; i += 1) await Promise.resolve(); };

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(Math, "random", () => 1);
  [wires, heard] = [[], []];
  globalThis.WebSocket = Wire;
  globalThis.location = { origin: "https://house.test" };
  globalThis.fetch = async () => ({ ok: false });
  socket = new Socket();
  for (const name of ["connect", "disconnect", "connect_error", "frame"]) socket.on(name, (told) => heard.push([name, told]));
  socket.connect();
});

test("it enters, answers pings, and hears messages and answers", async () => {
  const [wire] = wires;
  assert.equal(wire.address, "wss://house.test/socket.io/?EIO=4&transport=websocket");
  wire.opens();
  wire.says("2");
  wire.says('42["frame",{"seq":7}]');
  const answer = socket.timeout(100).emitWithAck("bid", { lot: "1" });
  assert.deepEqual(wire.sent, ["40", "3", '420["bid",{"lot":"1"}]']);
  wire.says('430[{"seq":8}]');
  assert.deepEqual(await answer, { seq: 8 });
  assert.deepEqual(heard, [["connect", undefined], ["frame", { seq: 7 }]]);
});

test("what was asked and not answered is not sent again; a lost line comes back, nothing kept", async () => {
  const [wire] = wires;
  wire.opens();
  const asked = socket.timeout(1000).emitWithAck("bid", { lot: "1" });
  wire.onclose();
  await assert.rejects(asked);
  await assert.rejects(socket.timeout(1000).emitWithAck("bid", { lot: "1" }));
  assert.deepEqual(heard.at(-1), ["disconnect", "transport close"]);
  mock.timers.tick(600);
  wires[1].opens();
  assert.deepEqual(wires[1].sent, ["40"]);
  assert.equal(socket.connected, true);
});

test("no answer in time is an error, and the line stays", async () => {
  wires[0].opens();
  const asked = socket.timeout(100).emitWithAck("clock", {});
  mock.timers.tick(100);
  await assert.rejects(asked);
  wires[0].says('430[{"now_ms":1}]');
  assert.equal(socket.connected, true);
});

test("an attempt that hangs is given up, and pauses grow", async () => {
  mock.timers.tick(5000);
  await settle();
  assert.equal(wires[0].closed, true);
  assert.deepEqual(heard, [["connect_error", undefined]]);
  mock.timers.tick(1199);
  assert.equal(wires.length, 1);
  mock.timers.tick(1);
  assert.equal(wires.length, 2);
});

test("a server that ends it is not called again, a screen that leaves neither", async () => {
  wires[0].opens();
  wires[0].says("41");
  assert.deepEqual(heard.at(-1), ["disconnect", "io server disconnect"]);
  mock.timers.tick(60_000);
  assert.equal(wires.length, 1);
  socket.connect();
  wires[1].opens();
  socket.disconnect();
  mock.timers.tick(60_000);
  assert.deepEqual([wires.length, wires[1].closed, socket.connected], [2, true, false]);
});

test("a restart of the server leads to no polling: the library is loaded only where the server answers", async () => {
  const polls = mock.method(socket, "poll", async () => {});
  for (const place of [0, 1, 2]) {
    wires[place].onclose();
    await settle();
    mock.timers.tick(6000);
  }
  assert.equal(polls.mock.callCount(), 0);
  globalThis.fetch = async () => ({ ok: true });
  wires[3].onclose();
  await settle();
  assert.equal(polls.mock.callCount(), 1);
});
