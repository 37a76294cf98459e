import type { MiddlewareHandler } from "hono";
import { accepts } from "hono/accepts";
import { gzipSync } from "node:zlib";
import type { SiteEnv } from "./route.ts";

/** Answers that are made as a whole before they are sent. */
const wholeType = /^(application\/(problem\+)?json|text\/html)\b/;
/** Below this the head of the answer is most of it, bytes. */
const leastBytes = 1024;

/**
 * Compresses pages and JSON in one go. Passing a body through a compressing stream costs several times the compression
 * itself, which is time in which the bus is not heard. What is sent piece by piece is left to a stream.
 */
export const compressWhole: MiddlewareHandler<SiteEnv> = async (c, next) => {
  await next();
  const { res } = c;
  if (c.req.method === "HEAD" || !res.body || res.headers.has("content-encoding")) return;
  if (!wholeType.test(res.headers.get("content-type") ?? "")) return;
  const bytes = new Uint8Array(await res.arrayBuffer());
  const coding = accepts(c, { header: "Accept-Encoding", supports: ["gzip"], default: "identity" });
  const headers = new Headers(res.headers);
  headers.append("vary", "Accept-Encoding");
  const isCompressed = coding === "gzip" && bytes.length >= leastBytes;
  if (isCompressed) headers.set("content-encoding", "gzip");
  const body = isCompressed ? new Uint8Array(gzipSync(bytes)) : bytes;
  headers.set("content-length", String(body.length));
  // An answer that is there already would pass its headers on to the new one.
  c.res = undefined;
  c.res = new Response(body, { status: res.status, headers });
};
