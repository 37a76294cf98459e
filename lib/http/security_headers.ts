/**
 * How long a browser insists on HTTPS once it saw it here, s. One day: an owner who goes back to HTTP is not locked
 * out for long.
 */
const insistOnTlsS = 86_400;

/**
 * Headers of every answer. `host` has passed the host check; absent: nobody looked at it. HTTPS is insisted on only
 * where the answer came by it.
 */
export function securityHeaders(host?: string, { isSecure = false } = {}): Readonly<Record<string, string>> {
  // Older Safari does not count a socket to the same host as 'self'.
  const sockets = host === undefined ? "" : ` ws://${host} wss://${host}`;
  return {
    "content-security-policy": [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "manifest-src 'self'",
      `connect-src 'self'${sockets}`,
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join("; "),
    "x-content-type-options": "nosniff",
    // For browsers that do not know frame-ancestors.
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=(), bluetooth=(), payment=()",
    ...(isSecure ? { "strict-transport-security": `max-age=${insistOnTlsS}` } : {}),
  };
}
