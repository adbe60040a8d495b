import { JSDOM } from "jsdom";
import { beforeAll, describe, expect, it } from "vitest";
import { PAGE_THEME } from "../../src/figures/index.ts";
import { drawReportFigures, rasterize, renderBibtex, renderReport } from "../../src/report/index.ts";
import { sampleDiagnosis, sampleDiagram } from "./sample.ts";

const invocation = {
  commandLine: "isinglass diagnose '784-300x50-10 tanh' --seed 1",
  version: "0.1.0",
  environment: ["Node v20"],
};
let html = "";
let page: Document;
beforeAll(async () => {
  html = await renderReport({ diagnosis: sampleDiagnosis(), diagram: sampleDiagram(), invocation });
  page = new JSDOM(html).window.document;
}, 60_000);

describe("the report", () => {
  it("asks for nothing: no address, no file, no policy that would allow one", () => {
    for (const element of page.querySelectorAll("[src], [href]")) {
      const target = element.getAttribute("src") ?? element.getAttribute("href") ?? "";
      expect(target).toMatch(/^(data:|#)/);
    }
    expect(page.querySelector("link, iframe, object, embed")).toBeNull();
    expect(html).toContain("default-src 'none'");
    expect(html.length).toBeLessThan(1_000_000);
  });

  it("opens with verdict, three numbers with errors, one picture and what was not covered", () => {
    const main = page.querySelector("main") as HTMLElement;
    expect(main.querySelector(".verdict .answer")?.textContent).toContain("It should train");
    expect([...main.querySelectorAll(".numbers dd")].map((dd) => dd.firstChild?.textContent)).toEqual([
      "1.500(6)",
      "0.939(5)",
      "94.7",
    ]);
    expect([...main.querySelectorAll(".numbers dt")].map((dt) => dt.textContent)).toEqual([
      "Weight variance × fan-in (as specified)",
      "Growth of gradients per layer, χ₁ (theory)",
      "Trainable depth, 6 ξ_c (theory)",
    ]);
    expect(main.querySelector(".numbers div:last-child small")?.textContent).toMatch(
      /[89]\d.* to 10\d within the errors/,
    );
    expect(main.querySelectorAll(".first figure")).toHaveLength(1);
    expect(main.querySelectorAll(".first > div li")).toHaveLength(2);
  });

  it("is complete without its script: figures with captions and tables, method, references", () => {
    const figures = [...page.querySelectorAll("figure")];
    expect(figures.map((figure) => figure.id)).toEqual([
      "figure-phase-diagram",
      "figure-length",
      "figure-correlation",
      "figure-gradient",
      "figure-jacobian-spectrum",
      "figure-residuals",
    ]);
    for (const figure of figures) {
      const svg = figure.querySelector("svg") as SVGSVGElement;
      expect(svg.getAttribute("role")).toBe("img");
      const ids = (svg.getAttribute("aria-labelledby") as string).split(" ");
      for (const id of ids) expect(page.getElementById(id)?.textContent).toBeTruthy();
      expect(figure.querySelector("figcaption")?.textContent?.length).toBeGreaterThan(40);
      expect(figure.querySelector("details.how")?.textContent).toMatch(/How it is computed.*=.*Assumed:/s);
      expect(figure.querySelectorAll("tbody tr").length).toBeGreaterThan(5);
    }
    expect(page.querySelectorAll("table.layers tbody tr")).toHaveLength(50);
    expect(page.body.textContent).toContain(invocation.commandLine);
    expect(page.body.textContent).toContain("@article{poole2016exponential");
  });

  it("has headings in order, captions on tables, and no broken number", () => {
    const levels = [...page.querySelectorAll("h1, h2, h3")].map((heading) => Number(heading.tagName[1]));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const table of page.querySelectorAll("table")) expect(table.querySelector("caption")).not.toBeNull();
    const ids = [...page.querySelectorAll("[id]")].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const element of page.querySelectorAll("main *")) {
      for (const { value } of element.attributes) expect(value).not.toMatch(/\bNaN\b|\bundefined\b/);
    }
  });

  it("carries its data as JSON", () => {
    const data = JSON.parse(page.getElementById("report-data")?.textContent as string);
    expect(data.schema).toBe("isinglass/report/1");
    expect(data.diagnosis.layers).toHaveLength(50);
    expect(data.diagnosis.jacobian.singularValues).toHaveLength(400);
    expect(Object.keys(data.figures)).toHaveLength(6);
  });

  it("escapes names that look like markup", async () => {
    const diagnosis = sampleDiagnosis(3);
    const name = `<img src=x onerror="alert(1)"></script>`;
    const text = await renderReport({
      diagnosis: { ...diagnosis, network: { ...diagnosis.network, name } },
      diagram: null,
      invocation,
    });
    expect(text).not.toContain("<img");
    expect(text.match(/<\/script>/g)).toHaveLength(2);
  });

  it("leaves out what was not measured", async () => {
    const diagnosis = sampleDiagnosis(3);
    const nothing = { theory: null, measured: null };
    const bare = {
      ...diagnosis,
      theory: null,
      jacobian: null,
      critical: null,
      layers: diagnosis.layers.map((layer) => ({
        ...layer,
        c: nothing,
        gradient: nothing,
        biasVariance: null,
      })),
    };
    const document = new JSDOM("").window.document;
    const figures = await drawReportFigures(bare, null, { document, theme: PAGE_THEME });
    expect(Object.entries(figures).flatMap(([name, figure]) => (figure === null ? [] : [name]))).toEqual([
      "length",
      "residuals",
    ]);
    expect(await renderReport({ diagnosis: bare, diagram: null, invocation })).toContain(
      "no critical value is known",
    );
  });
});

describe("pictures as files", () => {
  it("become PNG of twice the size", async () => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><text x="2" y="15">q</text></svg>`;
    const bytes = await rasterize(svg);
    expect([...bytes.subarray(1, 4)].map((code) => String.fromCharCode(code)).join("")).toBe("PNG");
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([60, 40]);
  });
});

describe("renderBibtex", () => {
  it("writes authors, arXiv number and protected characters", () => {
    const entry = renderBibtex({
      authors: "Poole, Lahiri et al.",
      year: 2016,
      title: "Chaos & order",
      id: "arXiv:1606.05340",
    });
    expect(entry).toBe(
      [
        "@article{poole2016chaos,",
        "  author = {Poole and Lahiri and others},",
        "  title = {{Chaos \\& order}},",
        "  year = {2016},",
        "  eprint = {1606.05340},",
        "  archivePrefix = {arXiv}",
        "}",
      ].join("\n"),
    );
  });
});
