import { guardBody } from "../access/body_guard.ts";
import { MOST_MATRIX_BYTES } from "../access/form.ts";
import { AppError } from "../errors.ts";
import { logOf } from "../log.ts";
import { problemOf, problemResponse } from "./problem.ts";

type Serve<Info> = (req: Request, info: Info) => Promise<Response>;

/**
 * Puts limits of size and time on the bodies of all requests, before any page or route reads them. The size is that of the
 * largest form; smaller limits stand where bodies are read. A body that breaks one is answered with 413 or 408 as a
 * problem document, whatever a reader made of it, and the connection ends.
 *
 * @param mostMs how long a body may take to arrive (setting `BODY_SECONDS`)
 */
export function keepBodies<Info>(serve: Serve<Info>, mostMs: number): Serve<Info> {
  return async (req, info) => {
    try {
      const guarded = guardBody(req, { mostBytes: MOST_MATRIX_BYTES, mostMs });
      if (guarded === null) return await serve(req, info);
      const response = await serve(guarded.req, info).finally(guarded.done);
      const fault = guarded.fault();
      if (fault === null) return response;
      await response.body?.cancel();
      return refused(fault);
    } catch (error) {
      if (error instanceof AppError) return refused(error);
      throw error;
    }
  };
}

function refused(fault: AppError): Response {
  logOf("api").info("A body was refused: {code}", { code: fault.code });
  return problemResponse(problemOf(fault), { Connection: "close", "X-Content-Type-Options": "nosniff" });
}
