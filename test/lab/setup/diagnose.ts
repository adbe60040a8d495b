/** What tests of the Diagnose room need: real drops from the disk, sparse files, a host without isolation. */
import { closeSync, existsSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { inject } from "vitest";

/** Drops a file of the disk as a person does: the browser itself opens it, the page gets a File. */
export async function dropFile(page: Page, selector: string, path: string): Promise<void> {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`nothing to drop on: ${selector}`);
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  const at = { x: box.x + box.width / 2, y: box.y + Math.min(60, box.height / 2), data };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", { type, ...at });
  }
  await session.detach();
}

/** An event of Chromium's traces; `tdur` is microseconds of processor time. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/**
 * Milliseconds of the longest task of pages' main threads while `work` goes on, of processor time: what others on a busy machine
 * take from a task in between is not its own.
 */
export async function longestTask(browser: Browser, work: () => Promise<void>): Promise<number> {
  await browser.startTracing(undefined, { categories: ["toplevel"] });
  const trace = await work().then(
    () => browser.stopTracing(),
    async (error: unknown) => {
      await browser.stopTracing();
      throw error;
    },
  );
  const events = (JSON.parse(trace.toString("utf8")) as { traceEvents: TraceEvent[] }).traceEvents;
  const key = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const main = new Set(
    events.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain").map(key),
  );
  const tasks = events.filter((event) => event.name.endsWith("RunTask") && main.has(key(event)));
  if (tasks.length === 0) throw new Error("the trace has no tasks of the page");
  return tasks.reduce((longest, { tdur = 0 }) => Math.max(longest, tdur / 1000), 0);
}

/** A varint of the protocol buffer format. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

const field = (number: number, wire: 0 | 2): number[] => varint(number * 8 + wire);
const integer = (number: number, value: number): number[] => [...field(number, 0), ...varint(value)];
const chunk = (number: number, content: readonly number[]): number[] => [
  ...field(number, 2),
  ...varint(content.length),
  ...content,
];
const text = (number: number, value: string): number[] => chunk(number, [...new TextEncoder().encode(value)]);

/** A float tensor type, as inputs and outputs state it. */
function valueInfo(name: string, sizes: readonly number[]): number[] {
  const dims = sizes.flatMap((size) => chunk(1, integer(1, size)));
  return [...text(1, name), ...chunk(2, chunk(1, [...integer(1, 1), ...chunk(2, dims)]))];
}

/** A model y = x W with W [rows, cols] of zeros, of which only the first bytes lie on the disk. */
export function writeSparseModel(path: string, rows: number, cols: number): void {
  const weights = 4 * rows * cols;
  const tensorHead = [
    ...integer(1, rows),
    ...integer(1, cols),
    ...integer(2, 1),
    ...text(8, "W"),
    ...field(9, 2),
    ...varint(weights),
  ];
  const node = [
    ...text(1, "x"),
    ...text(1, "W"),
    ...text(2, "y"),
    ...text(3, "product"),
    ...text(4, "MatMul"),
  ];
  const graphHead = [
    ...chunk(1, node),
    ...text(2, "sparse"),
    ...chunk(11, valueInfo("x", [1, rows])),
    ...chunk(12, valueInfo("y", [1, cols])),
    ...field(5, 2),
    ...varint(tensorHead.length + weights),
    ...tensorHead,
  ];
  const head = [
    ...integer(1, 8),
    ...chunk(8, [...text(1, ""), ...integer(2, 17)]),
    ...field(7, 2),
    ...varint(graphHead.length + weights),
    ...graphHead,
  ];
  const file = openSync(path, "w");
  writeSync(file, Uint8Array.from(head));
  ftruncateSync(file, head.length + weights);
  closeSync(file);
}

/** A browser with WebGPU by software, where it is compiled in. */
export function startWebGpu(): Promise<Browser> {
  const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
    existsSync,
  );
  return chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    timeout: 120_000,
    args: [
      "--no-sandbox",
      "--enable-unsafe-webgpu",
      "--enable-features=Vulkan",
      "--use-webgpu-adapter=swiftshader",
      "--use-vulkan=swiftshader",
      "--ignore-gpu-blocklist",
    ],
  });
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** The built page on a host that sends no isolation headers, as static hosts do. */
export async function serveWithoutIsolation(): Promise<{ url: string; close(): void }> {
  const folder = inject("labFolder");
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://local").pathname);
    const file = join(folder, path === "/" ? "index.html" : path);
    const content = await readFile(file).catch(() => null);
    response.writeHead(content === null ? 404 : 200, {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
    });
    response.end(content ?? undefined);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}/`, close: () => void server.close() };
}
