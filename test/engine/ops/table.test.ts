import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { operatorPage, operators, operatorTable, unsupportedReason } from "../../../src/engine/index.ts";

describe("the operator table", () => {
  it("is what docs/operators.md shows (npx tsx scripts/operator-table.ts)", () => {
    const page = readFileSync(new URL("../../../docs/operators.md", import.meta.url), "utf8");
    expect(page).toBe(operatorPage());
  });

  it("has one row per operator and agrees with the registry", () => {
    const rows = operatorTable();
    expect(new Set(rows.map((r) => r.operator)).size).toBe(rows.length);
    for (const o of operators()) {
      const row = rows.find((r) => r.operator === o.name)!;
      expect(row.supported).toBe(true);
      expect(row.differentiable === "no").toBe(o.vjp === null);
    }
  });

  it("gives a reason and a substitute for what is refused", () => {
    for (const row of operatorTable().filter((r) => !r.supported))
      expect(row.note.length).toBeGreaterThan(20);
    expect(unsupportedReason("FusedConv", "com.microsoft")).toContain("com.microsoft");
    expect(unsupportedReason("NoSuchThing")).toContain("docs/operators.md");
  });
});
