import { AppError } from "../errors.ts";

/** The most that a form of ours can hold, in bytes: a few fields. */
const MOST_FORM_BYTES = 16 * 1024;

/**
 * Reads the fields of a posted form. Such pages are open to everybody, so it stops reading at 16 KB, whatever the request
 * says about its length.
 *
 * @throws {AppError} `unsupported_media` for anything but `application/x-www-form-urlencoded`; `too_large`
 */
export async function readForm(req: Request): Promise<URLSearchParams> {
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
    if (bytes > MOST_FORM_BYTES) {
      throw new AppError(
        `Cannot read the form: it is larger than ${MOST_FORM_BYTES} bytes`,
        "too_large",
        "reject_request",
      );
    }
    parts.push(part);
  }
  return new URLSearchParams(await new Blob(parts).text());
}
