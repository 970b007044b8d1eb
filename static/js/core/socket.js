// The one place that knows the socket library.

import { io } from "../../vendor/socket.io.esm.min.js";

/**
 * A socket that comes back by itself: WebSocket first, polling where nothing else passes. What the library has kept back
 * for a connection that is lost is thrown away: nothing pressed before the loss is sent by itself after it.
 */
export function openSocket() {
  const socket = io({
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    timeout: 5000,
    reconnectionDelay: 300,
    reconnectionDelayMax: 3000,
    randomizationFactor: 1,
  });
  socket.on("disconnect", () => { socket.sendBuffer.length = 0; });
  return socket;
}
