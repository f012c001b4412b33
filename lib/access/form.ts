import { AppError } from "../errors.ts";

/** The most that a form of a few fields can hold, in bytes. */
const MOST_FORM_BYTES = 16 * 1024;
/** The most that a form with a box per cell can hold, in bytes; for pages that are not open to everybody. */
export const MOST_MATRIX_BYTES = 256 * 1024;

/**
 * Reads the fields of a posted form. Such pages are open to everybody, so it stops reading at 16 KB, whatever the request
 * says about its length.
 *
 * @param most where to stop, in bytes
 * @throws {AppError} `unsupported_media` for anything but `application/x-www-form-urlencoded`; `too_large`
 */
export async function readForm(req: Request, most = MOST_FORM_BYTES): Promise<URLSearchParams> {
  const type = req.headers.get("Content-Type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") {
    throw new AppError(
      `Cannot read the form: it is sent as ${type ?? "nothing"} but must be application/x-www-form-urlencoded`,
      "unsupported_media",
      "reject_request",
    );
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const part of req.body ?? []) {
    bytes += part.byteLength;
    if (bytes > most) {
      throw new AppError(
        `Cannot read the form: it is larger than ${most} bytes`,
        "too_large",
        "reject_request",
      );
    }
    parts.push(part);
  }
  return new URLSearchParams(await new Blob(parts).text());
}
