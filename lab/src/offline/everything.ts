/** Keeps the whole page on request, the runtimes that are left out otherwise too, and says how far it is and how it ended. */
import { formatBytes } from "../files/bytes.ts";
import { changeNotice, notify } from "../notices.ts";
import type { KeptSoFar } from "./files.ts";
import { offline } from "./register.ts";

let isUnderWay = false;

/** The command: one notice tells the whole story. */
export async function keepEverything(): Promise<void> {
  if (isUnderWay) return;
  isUnderWay = true;
  const notice = notify({ kind: "info", text: "Waiting until the page is idle to keep it ...", stays: true });
  try {
    const ready = await offline;
    if ("reason" in ready) {
      changeNotice(notice, { kind: "warning", text: `The lab cannot be kept: ${ready.reason}.` });
      return;
    }
    const end = await ready.keepAll((kept) =>
      changeNotice(notice, { kind: "info", text: describeProgress(kept), stays: true }),
    );
    // a wish; browsers that do not grant it may clear pages when space gets short
    const isSafe = (await navigator.storage?.persist?.().catch(() => false)) ?? false;
    changeNotice(notice, describeEnd(end, isSafe));
  } finally {
    isUnderWay = false;
  }
}

/** "Keeping the lab: 12 of 61 files, 3.1 of 44 MB." */
export function describeProgress({ files, totalFiles, bytes, totalBytes }: KeptSoFar): string {
  return `Keeping the lab: ${files} of ${totalFiles} files, ${formatBytes(bytes)} of ${formatBytes(totalBytes)}.`;
}

/** How it ended, with what to do. */
export function describeEnd(
  { files, totalFiles, bytes, failed }: KeptSoFar,
  isSafe: boolean,
): Parameters<typeof changeNotice>[1] {
  if (failed.length > 0) {
    const [first = "", ...others] = failed.map((name) => name.replace(/^assets\//, ""));
    const rest = others.length === 0 ? "" : ` and ${others.length} more`;
    return {
      kind: "warning",
      text: `${files} of ${totalFiles} files are kept, ${formatBytes(bytes)}; not kept: ${first}${rest}.`,
      hint: "Ask again when the server can be reached and the disk has room; what is kept stays.",
    };
  }
  return {
    kind: "info",
    text: `The whole lab is kept: ${files} files, ${formatBytes(bytes)}. It opens without its server.`,
    ...(isSafe ? {} : { hint: "This browser may clear it when space gets short." }),
    stays: true,
  };
}
