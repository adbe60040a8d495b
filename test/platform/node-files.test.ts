import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { platform } from "#platform";
import { FormatError } from "../../src/base/index.ts";
import { writeFailure } from "../../src/platform/node-files.ts";

const folder = mkdtempSync(join(tmpdir(), "isinglass-platform-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content = "0123456789"): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe("openSource", () => {
  it("reads ranges of a path, a file URL, a Blob and bytes alike", async () => {
    const path = file("digits.bin");
    const blob = new Blob(["0123456789"]);
    for (const location of [path, pathToFileURL(path), blob, new TextEncoder().encode("0123456789")]) {
      const source = await platform.openSource(location);
      expect(source.size).toBe(10);
      expect(textOf(await source.read(3, 4))).toBe("3456");
      expect(textOf(await source.read(10, 0))).toBe("");
      await expect(source.read(8, 3)).rejects.toThrow(/needs bytes 8 to 11, but it ends at byte 10/);
      await source.close();
      expect(textOf(await platform.readFile(location))).toBe("0123456789");
    }
  });

  it("opens files beside it, and none elsewhere", async () => {
    mkdirSync(join(folder, "parts"), { recursive: true });
    file("parts/weights.bin", "abc");
    const source = await platform.openSource(file("model.bin"));
    const sibling = await source.sibling("parts/weights.bin");
    expect(textOf(await sibling.read(0, 3))).toBe("abc");
    await sibling.close();
    for (const location of ["../x", "/etc/passwd", "a/../../x", "C:\\x", "file:///etc/passwd", ""]) {
      await expect(source.sibling(location), location).rejects.toThrow(/expected a file in the same folder/);
    }
    await source.close();
  });

  it("says that a model keeps its weights in a missing file, and where to copy it", async () => {
    const source = await platform.openSource(file("split.onnx"));
    const error = await source.sibling("split.onnx.data").catch((e) => e);
    await source.close();
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toBe(
      `${join(folder, "split.onnx")}: keeps its weights in split.onnx.data, and there is no ${join(folder, "split.onnx.data")}`,
    );
    expect(error.hint).toBe(`copy split.onnx.data into the folder ${folder}, beside the model`);
  });

  it("says what is there instead of a missing file", async () => {
    file("mlp.onnx");
    const error = await platform.openSource(join(folder, "mpl.onnx")).catch((e) => e);
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toMatch(/mpl\.onnx: no such file/);
    expect(error.hint).toMatch(/holds mlp\.onnx/);
    expect(error.exitCode).toBe(4);
    await expect(platform.readFile(join(folder, "no/such"))).rejects.toThrow(/no such file/);
    await expect(platform.openSource(folder)).rejects.toThrow(/is a folder, expected a file/);
    await expect(platform.readFile(folder)).rejects.toThrow(/is a folder, expected a file/);
    await expect(platform.openSource(join(folder, "mlp.onnx", "inside"))).rejects.toThrow(/no such file/);
  });
});

describe("writeFile", () => {
  it("writes in one step and leaves nothing beside the file", async () => {
    const path = join(folder, "out.txt");
    await platform.writeFile(path, "first");
    expect(readFileSync(path, "utf8")).toBe("first");
    await platform.writeFile(path, Uint8Array.of(65, 66), { overwrite: true });
    expect(readFileSync(path, "utf8")).toBe("AB");
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("refuses to overwrite, even a file that appears meanwhile", async () => {
    const path = file("taken.txt", "mine");
    await expect(platform.writeFile(path, "yours")).rejects.toThrow(
      /already exists, and nothing was overwritten/,
    );
    expect(readFileSync(path, "utf8")).toBe("mine");
    const racing = join(folder, "race.txt");
    const results = await Promise.allSettled([1, 2, 3].map((i) => platform.writeFile(racing, `writer ${i}`)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("says why it cannot write, and cleans up", async () => {
    await expect(platform.writeFile(join(folder, "no/out.txt"), "")).rejects.toThrow(
      /the folder .*no does not exist/,
    );
    await expect(platform.writeFile(folder, "", { overwrite: true })).rejects.toThrow(/is a folder/);
    expect(existsSync(join(folder, "no"))).toBe(false);
    const closed = join(folder, "closed");
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    // the administrator may write anywhere, so there only the translation is seen
    if (process.getuid?.() !== 0) {
      await expect(platform.writeFile(join(closed, "out.txt"), "")).rejects.toThrow(/is read-only/);
    }
    chmodSync(closed, 0o700);
    for (const code of ["EACCES", "EPERM", "EROFS"]) {
      expect(writeFailure("a/b.txt", Object.assign(new Error(), { code }))).toMatchObject({
        message: "a/b.txt: the folder a is read-only",
        hint: "choose an output folder you may write to",
      });
    }
    expect(writeFailure("b", Object.assign(new Error(), { code: "ENOSPC" })).message).toMatch(/disk is full/);
    expect(writeFailure("b", new Error("odd")).message).toBe("b: cannot be written (odd)");
  });
});

describe("the rest of the platform", () => {
  it("knows its kind and its threads", () => {
    expect(platform.kind).toBe("node");
    expect(platform.threadCount()).toBeGreaterThanOrEqual(1);
  });

  it("has no parent outside a worker", () => {
    expect(() => platform.parentPort()).toThrow(/internal/);
  });
});
