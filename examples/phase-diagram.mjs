// A phase diagram as an SVG file; in a web page, pass the page's own document.
import { writeFile } from "node:fs/promises";
import { drawPhaseDiagram, serializeFigure } from "isinglass/figures";
import { resolveActivation } from "isinglass/networks";
import { createDocument } from "isinglass/report";
import { paintPhaseDiagram } from "isinglass/signal";

const [output = "phase-diagram.svg", activation = "tanh"] = process.argv.slice(2);
const grid = { sigmaW2: [0.5, 4], sigmaB2: [0, 0.5], nx: 100, ny: 100 };
const diagram = await paintPhaseDiagram(resolveActivation(activation), grid);
const figure = await drawPhaseDiagram(diagram, { document: await createDocument() });
await writeFile(output, serializeFigure(figure));
console.log(`${output}: ${figure.caption}`);
