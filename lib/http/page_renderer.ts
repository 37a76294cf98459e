import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Page, PageContext, RouteManifest } from "./route.ts";

/** A page as HTML, inside the frame of `routes/_app.tsx`. */
export function renderPage(
  page: Page,
  options: { readonly context: PageContext; readonly routes: RouteManifest },
): Response {
  const { context, routes } = options;
  if (page.location !== undefined) {
    return new Response(null, { status: 303, headers: { location: page.location, "cache-control": "no-store" } });
  }
  const props = { title: page.title, section: page.section, context, children: page.body };
  const html = `<!doctype html>${renderToString(h(routes.app, props))}`;
  return new Response(html, {
    status: page.status ?? 200,
    // A page shows the coach as it is now: never from a cache.
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "vary": "accept-language, cookie",
    },
  });
}
