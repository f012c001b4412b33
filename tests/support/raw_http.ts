/** What a server sent back to bytes that no well-behaved client would send. */
export interface RawAnswer {
  /** 0 when the connection ended without an answer. */
  status: number;
  /** Everything before the body, as it came. */
  head: string;
  body: string;
}

/** A request as raw text: `lines` are the request line and headers. Connection: close and an empty line are added. */
export const rawRequest = (...lines: string[]) => [...lines, "Connection: close", "", ""].join("\r\n");

/** Sends bytes as they are and reads one answer, or until the server ends the connection. @throws {Error} when it does not within 30 s */
export async function sendRaw(address: string, text: string): Promise<RawAnswer> {
  const { port } = new URL(address);
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  const decoder = new TextDecoder();
  let got = "", isLate = false;
  const clock = setTimeout(() => {
    isLate = true;
    connection.close();
  }, 30_000);
  try {
    await connection.write(new TextEncoder().encode(text));
    const part = new Uint8Array(64 * 1024);
    for (let bytes = await connection.read(part); bytes !== null; bytes = await connection.read(part)) {
      got += decoder.decode(part.subarray(0, bytes), { stream: true });
      const length = /^content-length: (\d+)\r$/im.exec(got)?.[1];
      if (length !== undefined && got.length - got.indexOf("\r\n\r\n") - 4 >= Number(length)) break;
    }
  } catch (error) {
    if (isLate) throw new Error(`The server kept the connection for 30 s after it said:\n${got}`);
    // it may well slam the door
    if (!(error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe)) throw error;
  } finally {
    clearTimeout(clock);
    if (!isLate) connection.close();
  }
  if (isLate) throw new Error(`The server kept the connection for 30 s after it said:\n${got}`);
  const end = got.indexOf("\r\n\r\n");
  const head = end < 0 ? got : got.slice(0, end);
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body: end < 0 ? "" : got.slice(end + 4) };
}
