/** The worker of scans. */
import { serveJob } from "../../../jobs/worker.ts";
import { measureScan } from "./measure.ts";
import type { ScanRequest, ScanResult } from "./messages.ts";

serveJob<ScanRequest, ScanResult, ScanResult>(measureScan);
