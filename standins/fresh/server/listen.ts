/** Where to listen: what `Deno.serve` takes for TCP. */
export type ListenOptions =
  & Partial<Deno.ServeTcpOptions & Deno.TlsCertifiedKeyPem>
  & { remoteAddress?: string };

type Handler = (req: Request, info?: Deno.ServeHandlerInfo) => Promise<Response>;

const FIRST_PORT = 8000;
const PORTS_TRIED = 20;

/** Starts a server. A port that is asked for must be free; else the first free one from 8000 on is taken. */
export function startServer(
  handler: Handler,
  options: ListenOptions,
  basePath: string,
): Deno.HttpServer<Deno.NetAddr> {
  const withNotice = { onListen: (address: Deno.NetAddr) => announce(address, options, basePath), ...options };
  if (options.port !== undefined) return Deno.serve(withNotice, handler);
  let last: unknown;
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS_TRIED; port++) {
    try {
      return Deno.serve({ ...withNotice, port }, handler);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
      last = error;
    }
  }
  throw new Error(`Cannot listen: ports ${FIRST_PORT} to ${FIRST_PORT + PORTS_TRIED - 1} are all taken`, {
    cause: last,
  });
}

function announce(address: Deno.NetAddr, options: ListenOptions, basePath: string): void {
  const scheme = options.cert !== undefined ? "https" : "http";
  const open = address.hostname === "0.0.0.0" || address.hostname === "::";
  const name = open ? "localhost" : address.hostname.includes(":") ? `[${address.hostname}]` : address.hostname;
  console.log(`Listening on ${scheme}://${name}:${address.port}${basePath}/`);
}
