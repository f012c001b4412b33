/** What a person may choose; `system` follows the device. */
export type ThemeChoice = "light" | "dark" | "system";

/** The value of `data-theme` on the document; undefined lets the device decide. */
export function themeName(theme: ThemeChoice): string | undefined {
  return theme === "light" ? "tidemark" : theme === "dark" ? "tidemark-dark" : undefined;
}
