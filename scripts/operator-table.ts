/** Writes docs/operators.md from the operator registry. Run: npx tsx scripts/operator-table.ts */
import { writeFileSync } from "node:fs";
import { operatorPage } from "../src/engine/ops/index.ts";

writeFileSync(new URL("../docs/operators.md", import.meta.url), operatorPage());
