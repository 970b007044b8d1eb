// Socket.IO's own server with its defaults: one room, events on demand. What is asked for comes as a datagram,
// "COUNT EVERY_US"; every event has the size and the fields of an accepted bid.
import dgram from "node:dgram";
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket", "polling"] });
let seq = 1;

io.on("connection", (socket) => {
  socket.on("join", (_message, answer) => {
    socket.join("sale");
    answer({ seq, snapshot: {} });
  });
});

const event = () => {
  seq += 1;
  const stamp = Number(process.hrtime.bigint() / 1000n);
  const nowMs = Date.now();
  return { ask_minor: stamp + 1, amount_minor: stamp, arrived_ms: nowMs, at_ms: nowMs, deadline_ms: null, kind: "bid_placed",
    leader: "101", lot: "1", paddle: "101", price_minor: stamp, sale: "0".repeat(32), seq, way: "online" };
};

const publish = (count, everyMs, due = performance.now()) => {
  for (; count > 0; count -= 1) {
    io.to("sale").emit("frame", { sale: "0".repeat(32), events: [event()], seq });
    due += everyMs;
    const wait = due - performance.now();
    if (wait > 0 || everyMs === 0) {
      const next = () => publish(count - 1, everyMs, due);
      if (everyMs === 0) setImmediate(next);
      else setTimeout(next, wait);
      return;
    }
  }
};

dgram.createSocket("udp4").on("message", (text) => {
  const [count, everyUs] = String(text).split(" ").map(Number);
  publish(count, everyUs / 1000);
}).bind(Number(process.env.BENCH_CONTROL), "127.0.0.1");
http.listen(Number(process.env.PORT), "127.0.0.1");
