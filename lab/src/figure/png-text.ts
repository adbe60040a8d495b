/** Text inside PNG files (PNG specification, third edition, 2025, section 11.3.3): tEXt for Latin-1, iTXt for the rest. */

const IHDR_END = 8 + 25;

const crcTable: Uint32Array = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

/**
 * Puts texts into a PNG, right behind its header.
 *
 * @param png - bytes of a PNG file.
 * @param texts - by keyword; registered ones are Title, Description, Software, Source, Comment.
 */
export function addPngTexts(
  png: Uint8Array,
  texts: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const chunks = Object.entries(texts).map(([keyword, text]) => textChunk(keyword, text));
  const size = chunks.reduce((sum, { length }) => sum + length, png.length);
  const bytes = new Uint8Array(size);
  bytes.set(png.subarray(0, IHDR_END));
  let offset = IHDR_END;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  bytes.set(png.subarray(IHDR_END), offset);
  return bytes;
}

function textChunk(keyword: string, text: string): Uint8Array {
  const isLatin = [...text].every((character) => (character.codePointAt(0) as number) < 256);
  const latin = (value: string): number[] => Array.from(value, (character) => character.charCodeAt(0));
  if (isLatin) return chunk("tEXt", Uint8Array.from([...latin(keyword), 0, ...latin(text)]));
  // keyword, end, not compressed, method 0, no language, no translated keyword
  const head = [...latin(keyword), 0, 0, 0, 0, 0];
  return chunk("iTXt", Uint8Array.from([...head, ...new TextEncoder().encode(text)]));
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  let crc = 0xffffffff;
  for (let i = 4; i < bytes.length - 4; i++)
    crc = (crcTable[(crc ^ (bytes[i] as number)) & 255] as number) ^ (crc >>> 8);
  view.setUint32(bytes.length - 4, (crc ^ 0xffffffff) >>> 0);
  return bytes;
}
