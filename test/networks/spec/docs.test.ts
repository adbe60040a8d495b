import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { activationNames, parseNetwork, schemeNames } from "../../../src/networks/index.ts";

const text = readFileSync("docs/specs.md", "utf8");

/** The part of the page under a heading. */
function section(title: string): string {
  const [, body = ""] = text.split(`## ${title}\n`);
  return body.split("\n## ")[0]!;
}

describe("docs/specs.md", () => {
  const examples = [...section("Examples").matchAll(/\| `([^`]+)` \|$/gm)].map((match) => match[1]!);

  it.each(examples)("shows a specification that is read: %s", (example) => {
    expect(parseNetwork(example).layers.length).toBeGreaterThan(0);
  });

  it("shows enough of them", () => {
    expect(examples.length).toBeGreaterThanOrEqual(7);
  });

  it("names every activation and every scheme", () => {
    for (const name of activationNames) expect(section("Activations")).toContain(`\`${name}\``);
    for (const name of schemeNames) expect(section("Options")).toContain(`\`${name}\``);
  });

  it("shows JSON that is read", () => {
    const [, json = ""] = /```json\n([\s\S]*?)```/.exec(text) ?? [];
    expect(parseNetwork(json)).toEqual(parseNetwork("784-300x50-10 tanh sw2=1.76 sb2=0.05"));
  });
});
