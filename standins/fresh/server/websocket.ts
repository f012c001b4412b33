/** What happens on a web socket. */
export interface WebSocketHandlers {
  open?(socket: WebSocket, event: Event): void;
  message?(socket: WebSocket, event: MessageEvent): void;
  close?(socket: WebSocket, event: CloseEvent): void;
  error?(socket: WebSocket, event: Event | ErrorEvent): void;
}

/** What `Deno.upgradeWebSocket` takes. */
export type WebSocketUpgradeOptions = Deno.UpgradeWebSocketOptions;

/** Wires handlers to a socket. */
export function listenToSocket(socket: WebSocket, handlers: WebSocketHandlers): void {
  const { open, message, close, error } = handlers;
  if (open) socket.addEventListener("open", (event) => open.call(handlers, socket, event));
  if (message) socket.addEventListener("message", (event) => message.call(handlers, socket, event));
  if (close) socket.addEventListener("close", (event) => close.call(handlers, socket, event));
  if (error) socket.addEventListener("error", (event) => error.call(handlers, socket, event));
}
