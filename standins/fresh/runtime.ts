/**
 * What pages and islands import, on the server and in the browser: addresses of static files, the document's head, and
 * the error class. Nothing here may import server code, since islands are bundled with it.
 */
export { IS_BROWSER } from "./shared/environment.ts";
export { asset, assetSrcSet } from "./shared/asset.ts";
export { Head, type HeadProps } from "./shared/head.ts";
export { HttpError } from "./shared/http_error.ts";
