/**
 * The page's script, as text. The page is complete without it; it adds sorting and filtering of the layer table,
 * highlighting of a layer in every figure, and copies of each figure as SVG, PNG, CSV and JSON.
 */

/** JavaScript of the report; runs in the page, needs no network. */
export const PAGE_SCRIPT: string = `
"use strict";
document.documentElement.classList.add("scripted");
const data = JSON.parse(document.getElementById("report-data").textContent);
const save = (name, type, content) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};
// a file of its own has no style sheet: variables become the colours that are on the screen
const standalone = (svg) => {
  const copy = svg.cloneNode(true);
  const style = getComputedStyle(document.documentElement);
  const resolve = (text) => text.replace(/var\\((--[\\w-]+)\\)/g, (_, name) => style.getPropertyValue(name).trim());
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    for (const attribute of element.attributes) {
      if (attribute.value.includes("var(")) attribute.value = resolve(attribute.value);
    }
  }
  copy.style.background = style.getPropertyValue("--page").trim();
  return new XMLSerializer().serializeToString(copy);
};
const savePng = (svg, name) => {
  const scale = 2;
  const picture = new Image();
  picture.onload = () => {
    const canvas = document.createElement("canvas");
    canvas.width = svg.getAttribute("width") * scale;
    canvas.height = svg.getAttribute("height") * scale;
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(name + ".png", "image/png", blob));
  };
  picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(standalone(svg));
};
const quote = (value) => {
  const text = value === null ? "" : String(value);
  return /[",\\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
};
const toCsv = ({ columns, rows }) => [columns, ...rows].map((row) => row.map(quote).join(",") + "\\n").join("");
for (const button of document.querySelectorAll("button[data-save]")) {
  button.addEventListener("click", () => {
    const figure = button.closest("figure");
    const svg = figure.querySelector("svg");
    const name = svg.dataset.figure;
    const table = data.figures[name];
    if (button.dataset.save === "svg") save(name + ".svg", "image/svg+xml", standalone(svg));
    if (button.dataset.save === "png") savePng(svg, name);
    if (button.dataset.save === "csv") save(name + ".csv", "text/csv", toCsv(table));
    if (button.dataset.save === "json") save(name + ".json", "application/json", JSON.stringify(table, null, 2));
  });
}
const layers = document.querySelector("table.layers");
if (layers) {
  const body = layers.tBodies[0];
  const choose = (row) => {
    const wasChosen = row.classList.contains("chosen");
    for (const marked of document.querySelectorAll(".chosen")) marked.classList.remove("chosen");
    if (wasChosen) return;
    row.classList.add("chosen");
    const label = "layer " + row.dataset.layer;
    for (const mark of document.querySelectorAll("svg [data-label='" + label + "']")) mark.classList.add("chosen");
  };
  const onlyFlagged = document.getElementById("flagged-only");
  onlyFlagged.addEventListener("change", () => {
    for (const row of body.rows) row.hidden = onlyFlagged.checked && !row.classList.contains("flagged");
  });
  for (const row of body.rows) {
    row.tabIndex = 0;
    row.addEventListener("click", () => choose(row));
    row.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(row); }
    });
  }
  [...layers.tHead.rows[0].cells].forEach((cell, column) => {
    const button = document.createElement("button");
    button.textContent = cell.textContent;
    cell.replaceChildren(button);
    button.addEventListener("click", () => {
      const isAscending = cell.getAttribute("aria-sort") !== "ascending";
      for (const other of layers.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", isAscending ? "ascending" : "descending");
      const key = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
      const compare = (a, b) => {
        const [x, y] = [key(a), key(b)];
        const isNumeric = x !== "" && y !== "" && !Number.isNaN(Number(x)) && !Number.isNaN(Number(y));
        return isNumeric ? x - y : x.localeCompare(y);
      };
      const rows = [...body.rows].sort((a, b) => (isAscending ? compare(a, b) : compare(b, a)));
      body.append(...rows);
    });
  });
}
`;
