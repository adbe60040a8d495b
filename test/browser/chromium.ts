/** Starts the distribution's Chromium on a page built by Vite; null, with the reason printed, where there is none. */
import { existsSync, mkdtempSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

const executable = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  existsSync,
);

/** Whether browser tests can run here. */
export const hasChromium: boolean = executable !== undefined;
if (!hasChromium) console.warn("no Chromium found: browser tests are skipped (apt-get install chromium)");

const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".css": "text/css",
};

/** A folder served on a free local port, cross-origin isolated so that shared memory works. */
export async function serveFolder(folder: string): Promise<{ url: string; close(): void }> {
  const server: Server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://local").pathname);
    const file = join(folder, path === "/" ? "index.html" : path);
    try {
      const content = await readFile(file);
      response.writeHead(200, {
        "content-type": types[extname(file)] ?? "application/octet-stream",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
      });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}

/** Chromium's flags for no graphics at all, and for WebGL drawn by the processor. */
const graphics = {
  none: ["--disable-gpu"],
  software: ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"],
} as const;

/** A headless browser without background traffic. */
export async function startChromium({
  draws = "none",
}: {
  readonly draws?: keyof typeof graphics;
} = {}): Promise<{ browser: Browser; page: Page }> {
  const browser = await chromium.launch({
    ...(executable === undefined ? {} : { executablePath: executable }),
    timeout: 120_000,
    args: [
      "--no-sandbox",
      ...graphics[draws],
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  const page = await browser.newPage();
  return { browser, page };
}

/** A new folder for build output. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "isinglass-browser-"));
}
