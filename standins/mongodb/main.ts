/**
 * The MongoDB stand-in as a program of its own.
 *
 *     deno run --allow-net=127.0.0.1 --allow-read --allow-write standins/mongodb/main.ts --port 27017 --data .data/mongodb
 *
 * Prints `MONGODB_URI=mongodb://127.0.0.1:PORT` when it is ready; SIGINT or SIGTERM ends it.
 */
import { parseArgs } from "node:util";
import { startMongo } from "./server.ts";

if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: { port: { type: "string", default: "0" }, data: { type: "string" } },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    console.error(`--port must be a whole number from 0 to 65535, not "${values.port}"`);
    Deno.exit(2);
  }
  try {
    const server = await startMongo({ port, dataDir: values.data });
    let ending = false;
    const end = async () => {
      if (ending) Deno.exit(1); // a second signal means now
      ending = true;
      await server.close();
      Deno.exit(0);
    };
    Deno.addSignalListener("SIGINT", end);
    if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", end);
    console.log(`MONGODB_URI=${server.uri}`); // last: who reads it may send a signal at once
  } catch (error) {
    console.error((error as Error).message);
    Deno.exit(1);
  }
}
