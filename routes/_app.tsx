import { asset } from "fresh/runtime";
import { targetsOf } from "../components/search/places.ts";
import { themeName } from "../components/theme.ts";
import Palette from "../islands/Palette.tsx";
import { define } from "../utils.ts";

/** The document around every page. The font's address carries the build, so that it may be cached for good. */
export default define.page(function App({ Component, state, error }) {
  const font = asset("/fonts/inter-latin.woff2");
  const face = `@font-face{font-family:Inter;src:url(${font}) format('woff2');font-weight:100 900;font-display:swap}`;
  return (
    // the theme is missing where an error came before the middleware that reads it
    <html lang="en" data-theme={themeName(state.theme ?? "system")}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Tidemark</title>
        <link rel="preload" href={font} as="font" type="font/woff2" crossorigin="anonymous" />
        <link rel="stylesheet" href={asset("/styles.css")} />
        <link rel="icon" href={asset("/favicon.svg")} type="image/svg+xml" />
        <style>{face}</style>
      </head>
      <body>
        <Component />
        {/* not on error pages, which run no script, nor for who must set up a second factor before anything else */}
        {state.person && !error && !state.lacksSecondFactor && <Palette targets={targetsOf(state.person)} />}
      </body>
    </html>
  );
});
