/** Whether this code runs in a browser: false on the server, also where a test gives it a `document`. */
export const IS_BROWSER: boolean = typeof document !== "undefined" && typeof Deno === "undefined";
