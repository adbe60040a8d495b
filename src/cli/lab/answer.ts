/** Answers one request with a file or with text: validators, byte ranges and compression. */
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { isCompressible } from "./media-types.ts";
import { readRange } from "./ranges.ts";

/** A file to send. */
export interface FileAnswer {
  /** Where it lies. */
  readonly path: string;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Below this, compressing costs more bytes of headers than it saves. */
const SMALLEST_COMPRESSED = 1024;
/** Larger files are streamed as they are. */
const LARGEST_COMPRESSED = 8 * 2 ** 20;
/** Brotli's quality at which it is about as fast as gzip. */
const BROTLI_QUALITY = 5;

type Encoding = "br" | "gzip";
const compress: Readonly<Record<Encoding, (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gzip: promisify(gzip),
};

/** Compressed files by validator: each is compressed once while the server runs. */
export type CompressionCache = Map<string, Promise<Buffer>>;

/** Sends a file; the whole, a range, or nothing when the browser has it already. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { path, type, headers }: FileAnswer,
  cache: CompressionCache,
): Promise<void> {
  const { size, mtimeMs } = await stat(path);
  const encoding = chooseEncoding(request, type, size);
  const tag = `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}${encoding === null ? "" : `-${encoding}`}"`;
  const common = {
    ...{ ...headers, "content-type": type, etag: tag, "accept-ranges": "bytes" },
    ...(isCompressible(type) ? { vary: "accept-encoding" } : {}),
  };
  if (matches(request.headers["if-none-match"], tag)) {
    response.writeHead(304, common).end();
    return;
  }
  const isHead = request.method === "HEAD";
  if (encoding !== null) {
    const bytes = await compressed(path, tag, encoding, cache);
    const length = { "content-encoding": encoding, "content-length": bytes.length };
    response.writeHead(200, { ...common, ...length }).end(isHead ? undefined : bytes);
    return;
  }
  const ifRange = request.headers["if-range"];
  const range = ifRange === undefined || ifRange === tag ? readRange(request.headers.range, size) : null;
  if (range === "unsatisfiable") {
    response.writeHead(416, { ...common, "content-range": `bytes */${size}` }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  const part = range === null ? {} : { "content-range": `bytes ${start}-${end}/${size}` };
  response.writeHead(range === null ? 200 : 206, { ...common, ...part, "content-length": end - start + 1 });
  if (isHead || size === 0) {
    response.end();
    return;
  }
  await pipeline(createReadStream(path, { start, end }), response);
}

/** Sends a value as JSON, never kept by the browser. */
export function sendJson(
  response: ServerResponse,
  value: unknown,
  headers: Readonly<Record<string, string>>,
): void {
  const bytes = Buffer.from(JSON.stringify(value));
  const own = { "content-type": "application/json", "cache-control": "no-store" };
  response.writeHead(200, { ...headers, ...own, "content-length": bytes.length }).end(bytes);
}

/** Sends a status with one sentence. */
export function sendStatus(
  response: ServerResponse,
  status: number,
  sentence: string,
  headers: Readonly<Record<string, string>>,
): void {
  const own = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
  response.writeHead(status, { ...headers, ...own }).end(`${sentence}\n`);
}

/** Ranges are bytes of the file as it is, so a request for one is not compressed. */
function chooseEncoding({ headers }: IncomingMessage, type: string, size: number): Encoding | null {
  if (headers.range !== undefined || !isCompressible(type)) return null;
  if (size < SMALLEST_COMPRESSED || size > LARGEST_COMPRESSED) return null;
  const accepted = String(headers["accept-encoding"] ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => !/;\s*q=0(\.0*)?$/.test(part))
    .map((part) => part.split(";")[0]);
  if (accepted.includes("br")) return "br";
  return accepted.includes("gzip") ? "gzip" : null;
}

function compressed(path: string, tag: string, encoding: Encoding, cache: CompressionCache): Promise<Buffer> {
  const key = `${path} ${tag}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const making = readFile(path).then(compress[encoding]);
  cache.set(key, making);
  return making;
}

function matches(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  const tags = header.split(",").map((part) => part.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(tag);
}
