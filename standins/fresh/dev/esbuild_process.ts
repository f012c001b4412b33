import type { ChildProcess } from "node:child_process";
import childProcess from "node:child_process";
import * as esbuild from "esbuild";

let running = 0;
const started = new Map<ChildProcess, Promise<unknown>>();

/**
 * Runs something with esbuild and ends its process afterwards, once nobody uses it any more: a build script is to end by
 * itself, and a test to leave nothing behind. `esbuild.stop()` only asks the process to end, so its end is waited for here.
 *
 * @param start calls esbuild at once, not after an `await`: the process is started by that call
 */
export async function withEsbuild<T>(start: () => Promise<T>): Promise<T> {
  running++;
  try {
    return await noteProcess(start);
  } finally {
    if (--running === 0) {
      await esbuild.stop();
      await Promise.all([...started.keys()].map(ended));
    }
  }
}

/** esbuild keeps its process to itself, so it is taken note of where it is made. */
function noteProcess<T>(start: () => T): T {
  const { spawn } = childProcess;
  childProcess.spawn = ((...args: Parameters<typeof spawn>) => {
    const child = spawn(...args);
    // Asked for now: once the process has been told to end, it says that it has, which is too early.
    started.set(child, new Promise((resolve) => child.once("exit", resolve)));
    return child;
  }) as typeof spawn;
  try {
    return start();
  } finally {
    childProcess.spawn = spawn;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  child.ref(); // esbuild took its process off the list of what keeps the program alive
  await started.get(child);
  started.delete(child);
}
