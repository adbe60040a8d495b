/** Bytes in a browser: a File or Blob is read by slices, a URL by HTTP range requests. */
import { FormatError } from "../base/index.ts";
import { memorySource, requireInsideFolder, requireRange } from "./memory-source.ts";
import type { ByteSource, SourceLocation } from "./types.ts";

/** Opens a Blob, a URL or bytes for reading by range. */
export async function openBrowserSource(location: SourceLocation): Promise<ByteSource> {
  if (location instanceof Uint8Array) return memorySource(location);
  if (location instanceof Blob) return blobSource(location);
  return openUrl(new URL(location, globalThis.location.href));
}

/** Reads all bytes of a Blob, a URL or bytes. */
export async function readBrowserFile(location: SourceLocation): Promise<Uint8Array> {
  if (location instanceof Uint8Array) return location;
  if (location instanceof Blob) return new Uint8Array(await location.arrayBuffer());
  const response = await request(new URL(location, globalThis.location.href), {});
  return new Uint8Array(await response.arrayBuffer());
}

/** A page has no files to write; the caller hands the bytes to the user instead. */
export async function writeBrowserFile(path: string): Promise<void> {
  throw new FormatError(`${path}: a web page cannot write files`, {
    hint: "take the bytes and offer them as a download",
  });
}

function blobSource(blob: Blob): ByteSource {
  const name = blob instanceof File ? blob.name : "blob";
  return {
    name,
    size: blob.size,
    read: async (offset, length) => {
      requireRange(name, blob.size, offset, length);
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
    },
    sibling: async (location) => {
      throw new FormatError(
        `${name}: refers to the file ${location}, which a web page cannot open by itself`,
        {
          hint: "save the model with its weights inside one file and drop that file",
        },
      );
    },
    close: async () => {},
  };
}

async function openUrl(url: URL): Promise<ByteSource> {
  const first = await request(url, { headers: { Range: "bytes=0-0" } });
  const size = Number(/\/(\d+)$/.exec(first.headers.get("Content-Range") ?? "")?.[1]);
  // a server without ranges sends the whole file at once
  if (first.status !== 206 || !Number.isInteger(size)) {
    return memorySource(new Uint8Array(await first.arrayBuffer()), url.href);
  }
  await first.arrayBuffer();
  return {
    name: url.href,
    size,
    read: async (offset, length) => {
      requireRange(url.href, size, offset, length);
      if (length === 0) return new Uint8Array(0);
      const part = await request(url, { headers: { Range: `bytes=${offset}-${offset + length - 1}` } });
      const bytes = new Uint8Array(await part.arrayBuffer());
      return part.status === 206 ? bytes : bytes.subarray(offset, offset + length);
    },
    sibling: async (location) => {
      requireInsideFolder(url.href, location);
      return openUrl(new URL(location, url));
    },
    close: async () => {},
  };
}

async function request(url: URL, options: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, options);
  } catch (cause) {
    throw new FormatError(`${url.href}: cannot be fetched`, {
      cause,
      hint: "check the address, the connection, and whether that server allows requests from this page",
    });
  }
  if (response.ok) return response;
  throw new FormatError(
    `${url.href}: the server answered ${response.status} ${response.statusText}`.trimEnd(),
    {
      hint: "check the address",
      data: { status: response.status },
    },
  );
}
