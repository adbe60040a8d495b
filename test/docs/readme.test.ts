import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { renewTables } from "../../scripts/readme-benchmarks.ts";

const root = new URL("../../", import.meta.url);
const readme = readFileSync(new URL("README.md", root), "utf8");

describe("README", () => {
  it("shows the numbers that the benchmarks wrote (npx tsx scripts/readme-benchmarks.ts)", () => {
    expect(renewTables(readme)).toBe(readme);
  });

  it("links only to files that are there", () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1]!);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) expect(existsSync(new URL(link, root)), link).toBe(true);
  });
});
