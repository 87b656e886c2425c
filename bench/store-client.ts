/**
 * The two clients of the store beside each other, in bundles as the constructs make them: `npm run bench:client`. Each sample is a
 * fresh process that calls a server on loopback; the figures are medians.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundleEntry } from "../infra/constructs/bundling/bundle-entry.ts";

const PROCESSES = 9;
const CLIENTS = ["sdk", "lean"] as const;

const folder = mkdtempSync(join(tmpdir(), "fanfare-client-"));
const server = createServer((request, response) => {
  request.resume().on("end", () => response.end(JSON.stringify({ Responses: Array.from({ length: 25 }, () => ({})) })));
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

interface Sample {
  readonly firstMs: number;
  readonly cpuMs: number;
}

try {
  const entry = fileURLToPath(new URL("support/store-client-main.ts", import.meta.url));
  const { files } = await bundleEntry(entry, { target: "node24", conditions: ["@fanfare/source"] });
  for (const { name, contents } of files) {
    writeFileSync(join(folder, name), contents);
  }
  const samples: Record<(typeof CLIENTS)[number], Sample[]> = { sdk: [], lean: [] };
  for (let round = 0; round < PROCESSES; round++) {
    for (const client of CLIENTS) {
      samples[client].push(await sample(client));
    }
  }
  const row = (client: (typeof CLIENTS)[number]) => ({
    "load and first call, ms": median(samples[client].map(({ firstMs }) => firstMs)).toFixed(1),
    "CPU per call with 25 statements, ms": median(samples[client].map(({ cpuMs }) => cpuMs)).toFixed(3),
  });
  console.table({ sdk: row("sdk"), lean: row("lean") });
} finally {
  server.close();
  rmSync(folder, { recursive: true });
}

async function sample(client: string): Promise<Sample> {
  const env = {
    PATH: process.env.PATH,
    FANFARE_AWS_CLIENT: client,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "index.mjs")], { env });
  return JSON.parse(stdout) as Sample;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
