// The one place that knows the socket library.

import { io } from "../../vendor/socket.io.esm.min.js";

/** A socket that comes back by itself: WebSocket first, polling where nothing else passes. */
export function openSocket() {
  return io({
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    timeout: 5000,
    reconnectionDelay: 300,
    reconnectionDelayMax: 3000,
    randomizationFactor: 1,
  });
}
