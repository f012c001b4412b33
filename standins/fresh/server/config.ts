/** What an app may be told. */
export interface FreshConfig {
  /** Stands before every pattern and asset address, e.g. `/tidemark`. */
  basePath?: string;
  mode?: "development" | "production";
  /** Believe `X-Forwarded-Proto` and `-Host`: only behind a proxy that sets them itself. */
  trustProxy?: boolean;
}

/** A `FreshConfig` with every value decided. */
export interface ResolvedFreshConfig {
  /** The project's folder. */
  root: string;
  /** Empty, or a path with a slash at its start and none at its end. */
  basePath: string;
  mode: "development" | "production";
  trustProxy: boolean;
}

/**
 * Fills in the defaults. `root` becomes the build's own once there is one.
 *
 * @throws {TypeError} for a base path that cannot stand before a pattern
 */
export function resolveConfig(config: FreshConfig): ResolvedFreshConfig {
  return {
    root: ".",
    basePath: checkBasePath(config.basePath ?? ""),
    mode: config.mode ?? "production",
    trustProxy: config.trustProxy ?? false,
  };
}

function checkBasePath(basePath: string): string {
  if (basePath === "" || basePath === "/" || basePath === "./") return "";
  const wrong = (rule: string) => new TypeError(`Invalid basePath: "${basePath}". ${rule}`);
  if (!basePath.startsWith("/")) throw wrong('Must be empty, "/", "./", or start with "/"');
  if (basePath.endsWith("/")) throw wrong('Must not end with "/" except for root path');
  if (!/^[\w\-./]+$/.test(basePath)) throw wrong("Contains invalid characters");
  return basePath;
}
