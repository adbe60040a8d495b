/** A document to draw in where there is no browser: jsdom, loaded on first use. */

/** An empty HTML document. */
export async function createDocument(): Promise<Document> {
  const { JSDOM } = await import("jsdom");
  return new JSDOM("<!doctype html><html lang='en'><body></body></html>").window.document;
}
