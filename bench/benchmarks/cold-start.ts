import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import type { Benchmark, CaseResult, Contender } from "../harness/index.ts";
import { interleave, measured, medianOf, ratio } from "../harness/index.ts";
import { type Bundle, bundleHandler, type Externals, withDirectory } from "../support/bundles.ts";
import { LATENCY_MS, Services } from "../support/services.ts";

const HANDLERS = {
  Fanfare: "fanfare",
  "Powertools batch + idempotency": "powertools",
  "hand-written, no idempotency": "raw",
} as const;
const PEER = "Powertools batch + idempotency";

/** Fresh processes of each contender. */
const PROCESSES = 31;

const KIB = 1_024;
const times = z.object({ importMs: z.number(), firstInvocationMs: z.number() });

/** What a new execution environment has to read. */
export const coldStart: Benchmark = {
  name: "cold-start",
  async run({ quick, progress }) {
    const services = await Services.start();
    try {
      progress("bundles");
      const sizes = await Promise.all([sizesOf("with zod", "sdk"), sizesOf("without a schema library", "sdk and zod")]);
      const startUps = await withDirectory(async (directory) => {
        progress("fresh processes");
        const contenders = await Promise.all([
          ...Object.entries(HANDLERS).map(([label, handler]) =>
            freshProcess(label, handler, false, join(directory, handler), services),
          ),
          freshProcess("Fanfare, code splitting", "fanfare", true, join(directory, "split"), services),
        ]);
        return await interleave(contenders, { rounds: quick ? 5 : PROCESSES, warmUps: 1 });
      });
      const starts: CaseResult = {
        name: "start, SDK bundled",
        baseline: PEER,
        ratioOf: "importMs",
        contenders: startUps,
      };
      const [, withoutSchema] = sizes;
      return {
        name: this.name,
        title: "Cold start",
        method: `Bundles made as the constructs make them. ${quick ? 5 : PROCESSES} fresh processes of each, in turn: import, and import with a first invocation of one record (store ${LATENCY_MS} ms away).`,
        cases: [starts, ...sizes],
        targets: [
          {
            name: "import: Fanfare / Powertools",
            bound: "at most",
            limit: 0.7,
            value: ratio(starts, "Fanfare", PEER),
            unit: " x",
          },
          {
            name: "import: Fanfare with code splitting / Powertools",
            bound: "at most",
            limit: 0.7,
            value: ratio(starts, "Fanfare, code splitting", PEER),
            unit: " x",
          },
          {
            name: "bundle without SDK and schema library",
            bound: "at most",
            limit: 20,
            value: medianOf(withoutSchema, "Fanfare", "externalBytes") / KIB,
            unit: " KiB",
          },
          {
            name: "bundle without SDK and schema library: Fanfare / Powertools",
            bound: "at most",
            limit: 0.5,
            value: ratio(withoutSchema, "Fanfare", PEER),
            unit: " x",
          },
        ],
      };
    } finally {
      await services.stop();
    }
  },
};

async function sizesOf(name: string, externals: Externals): Promise<CaseResult> {
  const contenders = Object.entries(HANDLERS).map(async ([label, handler]) => {
    const outside: Bundle = await bundleHandler(handler, externals);
    const inside = externals === "sdk" ? await bundleHandler(handler, "nothing") : undefined;
    return measured(label, [
      {
        externalBytes: outside.bytes,
        externalGzipBytes: outside.gzipBytes,
        ...(inside === undefined ? {} : { bundledBytes: inside.bytes, bundledGzipBytes: inside.gzipBytes }),
      },
    ]);
  });
  return {
    name: `bundle, ${name}`,
    baseline: PEER,
    ratioOf: "externalBytes",
    contenders: await Promise.all(contenders),
  };
}

async function freshProcess(
  name: string,
  handler: string,
  splitting: boolean,
  directory: string,
  services: Services,
): Promise<Contender> {
  await mkdir(directory);
  const { files } = await bundleHandler(handler, "nothing", splitting);
  await Promise.all(files.map((file) => writeFile(join(directory, file.name), file.code)));
  const main = fileURLToPath(new URL("../support/import-main.ts", import.meta.url));
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_LAMBDA_FUNCTION_NAME: "bench",
    AWS_ENDPOINT_URL_DYNAMODB: services.addresses.dynamoDb,
    FANFARE_IDEMPOTENCY_TABLE: services.table,
    // Powertools says hello to standard output otherwise.
    POWERTOOLS_SERVICE_NAME: "bench",
  };
  return {
    name,
    sample: async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [main, join(directory, `${handler}.mjs`)], {
        env,
      });
      const last = stdout.trim().split("\n").at(-1) ?? "";
      return times.parse(JSON.parse(last));
    },
  };
}
