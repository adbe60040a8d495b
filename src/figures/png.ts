/**
 * A minimal PNG writer (PNG specification, third edition, 2025): eight bits a channel, RGBA, grey with alpha, or numbers of
 * colours. A line like the one above is stored as such (filter "up"), other lines as they are. For pictures inside figures.
 */
import { zlibSync } from "fflate";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;
/** Bytes a pixel, and the number that stands for them in the header. */
const COLOR_TYPES = { rgba: [4, 6], grey: [2, 4], palette: [1, 3] } as const;
/** Filters of a line. */
const NONE = 0;
const UP = 2;

/** Table of CRC-32 remainders of one byte (polynomial 0xEDB88320). */
const CRC_TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

/**
 * Writes an image as PNG bytes.
 *
 * @param pixels row by row from the top, [height, width, 4], 0 to 255; [height, width, 2], grey and alpha, for "grey"
 * @throws internal error when the length does not fit
 */
export function encodePng(
  pixels: Uint8Array,
  width: number,
  height: number,
  colors: "rgba" | "grey" = "rgba",
): Uint8Array {
  return writePng(pixels, width, height, colors);
}

/**
 * Writes an image of at most 256 colours as PNG bytes; it takes a quarter of the time and less room.
 *
 * @param pixels row by row from the top, [height, width], numbers of colours
 * @param colors [at most 256, 4], RGBA of every colour
 * @throws internal error when the length does not fit
 */
export function encodePalettePng(
  pixels: Uint8Array,
  width: number,
  height: number,
  colors: Uint8Array,
): Uint8Array {
  const opaque = colors.filter((_, i) => i % 4 < 3);
  const alpha = colors.filter((_, i) => i % 4 === 3);
  return writePng(pixels, width, height, "palette", chunk("PLTE", opaque), chunk("tRNS", alpha));
}

function writePng(
  pixels: Uint8Array,
  width: number,
  height: number,
  colors: keyof typeof COLOR_TYPES,
  ...tables: readonly Uint8Array[]
): Uint8Array {
  const [bytesInPixel, colorType] = COLOR_TYPES[colors];
  if (pixels.length !== bytesInPixel * width * height)
    throw new Error(`internal: ${pixels.length} bytes for ${width} x ${height} pixels`);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, colorType, 0, 0, 0], 8);
  const parts = [
    Uint8Array.from(SIGNATURE),
    chunk("IHDR", header),
    ...tables,
    chunk("IDAT", zlibSync(filterLines(pixels, bytesInPixel * width, height), { level: 6 })),
    chunk("IEND", new Uint8Array(0)),
  ];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** Lines with their filters in front. */
function filterLines(pixels: Uint8Array, length: number, height: number): Uint8Array {
  const lines = new Uint8Array(height * (length + 1));
  for (let row = 0; row < height; row++) {
    const start = length * row;
    let same = row > 0 ? 0 : -1;
    while (same >= 0 && same < length && pixels[start + same] === pixels[start + same - length]) same++;
    lines[row * (length + 1)] = same === length ? UP : NONE;
    if (same !== length) lines.set(pixels.subarray(start, start + length), row * (length + 1) + 1);
  }
  return lines;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  let crc = 0xffffffff;
  for (let i = 4; i < bytes.length - 4; i++) {
    crc = (CRC_TABLE[(crc ^ (bytes[i] as number)) & 255] as number) ^ (crc >>> 8);
  }
  view.setUint32(bytes.length - 4, (crc ^ 0xffffffff) >>> 0);
  return bytes;
}

/** Bytes as a `data:` URL. */
export function pngDataUrl(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return `data:image/png;base64,${btoa(binary)}`;
}
