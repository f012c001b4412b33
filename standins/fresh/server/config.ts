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

/** Fills in the defaults. `root` becomes the build's own once there is one. */
export function resolveConfig(config: FreshConfig): ResolvedFreshConfig {
  return {
    root: ".",
    basePath: cleanBasePath(config.basePath ?? ""),
    mode: config.mode ?? "production",
    trustProxy: config.trustProxy ?? false,
  };
}

function cleanBasePath(basePath: string): string {
  const trimmed = basePath.replace(/\/+$/, "");
  return trimmed === "" || trimmed.startsWith("/") ? trimmed : `/${trimmed}`;
}
