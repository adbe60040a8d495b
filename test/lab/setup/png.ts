/** PNG files as the tests read them, independent of the code that wrote them. */

/** The chunks of a PNG file: keyword -> text of tEXt and iTXt, and its size in pixels. */
export function readPng(file: Uint8Array): { width: number; height: number; texts: Record<string, string> } {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.readUInt32BE(0) !== 0x89504e47) throw new Error("no PNG signature");
  const texts: Record<string, string> = {};
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    const end = data.indexOf(0);
    const keyword = data.toString("latin1", 0, end);
    if (type === "tEXt") texts[keyword] = data.toString("latin1", end + 1);
    if (type === "iTXt") texts[keyword] = data.toString("utf8", end + 5);
    at += 12 + length;
  }
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), texts };
}
