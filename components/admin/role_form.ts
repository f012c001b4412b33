import { LIMIT_KINDS, type LimitKind, type RowLimits } from "../../lib/access/limits.ts";
import { AppError } from "../../lib/errors.ts";
import { LIMIT_LABELS } from "./limit_words.ts";

/**
 * Reads name, rows and version of a role out of its form.
 *
 * @throws {AppError} `bad_role` for a limit without anything ticked: "no rows" is never what was meant
 */
export function readRoleForm(form: URLSearchParams): { name: string; limits: RowLimits; version: number } {
  const limits: { [kind in LimitKind]?: number[] } = {};
  for (const kind of LIMIT_KINDS) {
    if (form.get(`${kind}-mode`) !== "some") continue;
    const ids = form.getAll(kind).filter((id) => /^-?\d{1,15}$/.test(id)).map(Number);
    if (ids.length === 0) {
      const what = LIMIT_LABELS[kind].toLowerCase();
      throw new AppError(
        `No ${what} are chosen: tick at least one, or choose all rows.`,
        "bad_role",
        "reject_request",
      );
    }
    limits[kind] = ids;
  }
  return { name: form.get("name") ?? "", limits, version: Number(form.get("version") ?? NaN) };
}
