/**
 * Headers that every answer carries beside the content security policy (which the framework's own middleware sets).
 *
 * The referrer stays within the site. It must not be `no-referrer`: then browsers send `Origin: null` with forms, and over
 * plain http, where they send no `Sec-Fetch-Site` either, the guard against foreign forms could not tell ours apart.
 */
const ALWAYS: Record<string, string> = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
};

/** Over https besides. Browsers ignore these over http, some with a complaint for each page. */
const OVER_HTTPS: Record<string, string> = {
  "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
  "Cross-Origin-Opener-Policy": "same-origin",
};

/** Error pages run no script at all. Their one inline style names the font. */
const ERROR_PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Adds the security headers to an answer.
 *
 * @param https true when people reach the site by https only: browsers are then told to keep to it for a year
 * @param personal true for what depends on who asks: it must not stay in any cache
 */
export function secureHeaders(response: Response, options: { https: boolean; personal: boolean }): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ALWAYS)) headers.set(name, value);
  if (options.https) { for (const [name, value] of Object.entries(OVER_HTTPS)) headers.set(name, value); }
  if (options.personal && !headers.has("Cache-Control")) headers.set("Cache-Control", "private, no-store");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

/**
 * Takes `upgrade-insecure-requests` out of an answer's content security policy. For a site that people reach by plain http
 * (a server in the office): browsers would ask for its stylesheet by https, and refuse to send its forms. Has no effect
 * where the browser trusts the address anyway, such as localhost.
 */
export function allowPlainHttp(response: Response): Response {
  const policy = response.headers.get("Content-Security-Policy");
  if (!policy?.includes("upgrade-insecure-requests")) return response;
  const headers = new Headers(response.headers);
  const kept = policy.split(";").map((part) => part.trim()).filter((part) => part !== "upgrade-insecure-requests");
  headers.set("Content-Security-Policy", kept.join("; "));
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

/**
 * Puts the headers on whatever left the program without them: files, and error pages that the framework renders outside of
 * the middlewares. The outermost step, so that no way around exists. Files keep their own cache rule; a page without a
 * policy gets one that allows no script.
 *
 * @param https as for `secureHeaders`
 */
export function secureTheRest(response: Response, https: boolean): Response {
  if (response.headers.has("X-Frame-Options")) return response;
  const secured = secureHeaders(response, { https, personal: response.status >= 400 });
  const type = secured.headers.get("Content-Type");
  if (type?.endsWith("+xml")) secured.headers.set("Content-Type", `${type}; charset=utf-8`);
  const isPage = secured.headers.get("Content-Type")?.startsWith("text/html") ?? false;
  if (isPage && !secured.headers.has("Content-Security-Policy")) {
    secured.headers.set("Content-Security-Policy", ERROR_PAGE_POLICY);
  }
  return secured;
}
