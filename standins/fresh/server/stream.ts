type Piece = string | Uint8Array;

/** Pieces of a body, or a function that gives them. */
export type StreamSource =
  | Iterable<Piece>
  | AsyncIterable<Piece>
  | (() => Iterable<Piece> | AsyncIterable<Piece>);

/** A body that asks its source for the next piece only when the last one was taken; cancelling it ends the source. */
export function streamBody(source: StreamSource): ReadableStream<Uint8Array> {
  const pieces = typeof source === "function" ? source() : source;
  const encoder = new TextEncoder();
  const iterator = Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(typeof value === "string" ? encoder.encode(value) : value);
    },
    async cancel(reason) {
      await iterator.return?.(reason);
    },
  });
}
