/**
 * What the page may do, as response headers: code and data come from its own origin alone, nothing is sent elsewhere,
 * and the page is cross-origin isolated, which is what browsers ask for before they share memory between threads.
 */

/**
 * Content-security policy of the page. WebAssembly is compiled, so `wasm-unsafe-eval` is needed; `eval` is not. Figures
 * carry style attributes; style elements come from files. Exports are blobs, heat maps inside figures data URLs.
 */
const DIRECTIVES: Readonly<Record<string, readonly string[]>> = {
  "default-src": ["'self'"],
  "script-src": ["'self'", "'wasm-unsafe-eval'"],
  "style-src": ["'self'"],
  "style-src-attr": ["'unsafe-inline'"],
  "img-src": ["'self'", "data:", "blob:"],
  "connect-src": ["'self'"],
  "worker-src": ["'self'"],
  "font-src": ["'self'"],
  "object-src": ["'none'"],
  "base-uri": ["'none'"],
  "form-action": ["'none'"],
};

/** The policy as one line, for a `<meta>` element of the page: it holds on any host. */
export const PAGE_POLICY: string = Object.entries(DIRECTIVES)
  .map(([name, sources]) => `${name} ${sources.join(" ")}`)
  .join("; ");

/** Headers of every answer. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};

/** Headers of the page, its scripts and its workers. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  ...COMMON_HEADERS,
  // frame-ancestors has no effect in a <meta> element
  "content-security-policy": `${PAGE_POLICY}; frame-ancestors 'none'`,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/**
 * Headers of files in a run folder: whatever they hold, they neither reach the page's origin nor the network. Reports
 * are pages with scripts and styles inside.
 */
export const RUN_FILE_HEADERS: Readonly<Record<string, string>> = {
  ...COMMON_HEADERS,
  "content-security-policy":
    "sandbox allow-scripts allow-downloads allow-popups; default-src 'none'; script-src 'unsafe-inline'; " +
    "style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
};
