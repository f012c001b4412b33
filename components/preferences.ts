/** What a person chose about the looks, kept in cookies of this browser so that the server draws it right at once. */
export interface Preferences {
  theme: "light" | "dark" | "system";
  rail: boolean;
}

/** Names of the cookies. */
export const THEME_COOKIE = "theme";
export const RAIL_COOKIE = "rail";

/** Reads the choices out of a request's `Cookie` header; what is missing or unknown is the usual. */
export function readPreferences(cookies: string | null): Preferences {
  const found = new Map(
    (cookies ?? "").split(";").map((pair) => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const;
    }),
  );
  const theme = found.get(THEME_COOKIE);
  return {
    theme: theme === "light" || theme === "dark" ? theme : "system",
    rail: found.get(RAIL_COOKIE) === "on",
  };
}

/** The value of `data-theme` on the document; none lets the system's setting decide. */
export function themeName(theme: Preferences["theme"]): string | undefined {
  return theme === "light" ? "tidemark" : theme === "dark" ? "tidemark-dark" : undefined;
}
