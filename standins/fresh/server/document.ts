import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { withBasePath } from "../shared/asset.ts";
import { assembleDocument } from "./assemble.ts";
import type { Build } from "./build.ts";
import { type Context, internalsOf } from "./context.ts";
import "./hooks.ts";
import { outsideIslands } from "./islands.ts";
import { writePayload } from "./props.ts";
import { type RenderState, withRender } from "./render_state.ts";

/** The names by which the browser's side finds its data; shared with `client/boot.ts`. */
export const PAYLOAD_ID = "__FRSH_ISLANDS";
export const SLOT_ID = "frsh-slot-";

/** Renders the finished tree of a page as an HTML document, with the scripts it needs and no others. */
export function renderDocument<State>(ctx: Context<State>, page: VNode, init: ResponseInit): Response {
  const internals = internalsOf(ctx);
  const build = internals.build;
  if (internals.wantsNonce) internals.nonce = makeNonce();
  const state: RenderState = {
    islands: build?.islands ?? NO_ISLANDS,
    used: [],
    slots: [],
    nonce: internals.nonce,
    path: ctx.url.pathname,
  };
  let templates = "";
  const body = withRender(state, () => {
    const html = renderToString(page);
    if (state.slots.length > 0) templates = hiddenSlots(state);
    return html;
  });

  const basePath = ctx.config.basePath;
  let scripts = templates;
  let headers: Headers | typeof HTML = HTML; // most pages have no others, and making a Headers costs as much as a Response
  if (init.headers !== undefined || state.used.length > 0) {
    headers = new Headers(init.headers);
    if (!headers.has("content-type")) headers.set("content-type", HTML["content-type"]);
  }
  if (build !== null && headers instanceof Headers && state.used.length > 0) {
    scripts += islandScripts(build, state, basePath, headers, internals.nonce ?? makeNonce());
  }
  if (build?.live) {
    scripts += `<script type="module" src="${withBasePath(build.boot.reload, basePath)}"${
      nonceAttribute(internals.nonce)
    }></script>`;
  }
  const styles = internals.css.length === 0 ? "" : styleLinks(internals.css);
  return new Response(assembleDocument(body, styles, scripts), { ...init, headers });
}

const HTML = { "content-type": "text/html; charset=utf-8" };
const NO_ISLANDS: RenderState["islands"] = new Map();

/** Slots that no island showed travel in templates. Rendering one may bring up further islands and slots. */
function hiddenSlots(state: RenderState): string {
  let html = "";
  for (let i = 0; i < state.slots.length; i++) {
    const slot = state.slots[i];
    if (slot === undefined || slot.shown) continue;
    html += `<template id="${SLOT_ID}${slot.id}">${renderToString(outsideIslands(slot.children))}</template>`;
  }
  return html;
}

function islandScripts<State>(
  build: Build<State>,
  state: RenderState,
  basePath: string,
  headers: Headers,
  nonce: string,
): string {
  const { json, signals } = writePayload({
    basePath,
    buildId: build.id,
    islands: state.used.map(({ island, props }) => [withBasePath(island.url, basePath), island.exportName, props]),
  }, state.used);

  const modules = new Set([build.boot.url, ...state.used.map(({ island }) => island.url), ...build.boot.imports]);
  for (const { island } of state.used) for (const url of island.imports) modules.add(url);
  if (signals) { for (const url of build.boot.signals) modules.add(url); }
  headers.append(
    "link",
    [...modules].map((url) => `<${encodeURI(withBasePath(url, basePath))}>; rel="modulepreload"; as="script"`).join(
      ", ",
    ),
  );
  const withNonce = nonceAttribute(nonce);
  return `<script type="application/json" id="${PAYLOAD_ID}"${
    signals ? " data-signals" : ""
  }${withNonce}>${json}</script>` +
    `<script type="module" src="${withBasePath(build.boot.url, basePath)}"${withNonce}></script>`;
}

function styleLinks(hrefs: string[]): string {
  return hrefs.map((href) => `<link rel="stylesheet" href="${escapeAttribute(href)}">`).join("");
}

function makeNonce(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

function nonceAttribute(nonce: string | null): string {
  return nonce === null ? "" : ` nonce="${nonce}"`;
}

function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
