import { execFile } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import type { Benchmark, CaseResult, Contender } from "../harness/index.ts";
import { interleave, measured, medianOf, ratio } from "../harness/index.ts";
import { type Bundle, bundleHandler, type Externals, type Size, type Way, withDirectory } from "../support/bundles.ts";
import { LATENCY_MS, Services } from "../support/services.ts";

interface Candidate {
  readonly label: string;
  readonly handler: "fanfare" | "fanfare-preload" | "powertools" | "raw";
  readonly way: Way;
}

const FANFARE = "Fanfare";
const PEER = "Powertools batch + idempotency";
const CANDIDATES: readonly Candidate[] = [
  { label: FANFARE, handler: "fanfare", way: "constructs" },
  { label: PEER, handler: "powertools", way: "one file" },
  { label: "hand-written, no idempotency", handler: "raw", way: "one file" },
];

/** With its client loaded at the start; and each in the other's way, to see what comes of the bundling alone. */
const VARIANTS: readonly Candidate[] = [
  { label: "Fanfare, preload()", handler: "fanfare-preload", way: "constructs" },
  { label: "Fanfare, one file", handler: "fanfare", way: "one file" },
  { label: "Powertools, bundled as Fanfare is", handler: "powertools", way: "constructs" },
];

/** Fresh processes of each contender. */
const PROCESSES = 31;

const KIB = 1_024;

/** Highest size of a consumer without the SDK and the schema library, in KiB: that of Powertools batch + idempotency. */
const MOST_KIB = 51;
const times = z.object({ importMs: z.number(), firstInvocationMs: z.number(), startMs: z.number() });
const coverage = z.object({ ranBytes: z.number() });

/** What a new execution environment has to read. */
export const coldStart: Benchmark = {
  name: "cold-start",
  async run({ quick, progress }) {
    const services = await Services.start();
    try {
      progress("bundles");
      const [withZod, withSdk, without] = await Promise.all([
        sizesOf("with zod", "sdk"),
        sizesOf(`${BARE}, with the clients that are called`, "zod"),
        sizesOf(BARE, "sdk and zod"),
      ]);
      const parts = await Promise.all([partsOf(), librariesOf(), foldersOf()]);
      const startUps = await withDirectory(async (directory) => {
        progress("fresh processes");
        const contenders = await Promise.all(
          [...CANDIDATES, ...VARIANTS].map((candidate, index) =>
            freshProcess(candidate, join(directory, String(index)), services),
          ),
        );
        return await interleave(contenders, { rounds: quick ? 5 : PROCESSES, warmUps: 1 });
      });
      progress("code that is run");
      const ran = await withDirectory((directory) => codeThatIsRun(directory, services));
      const starts: CaseResult = {
        name: "start, SDK bundled",
        baseline: PEER,
        ratioOf: "importMs",
        contenders: startUps,
      };
      const both: CaseResult = { ...starts, name: "start and first invocation, SDK bundled", ratioOf: "startMs" };
      return {
        name: this.name,
        title: "Cold start",
        method: `Fanfare as the constructs bundle it for a standard queue with idempotency and without large payloads, with its own client; the others in one file, with the SDK's. ${quick ? 5 : PROCESSES} fresh processes of each, in turn: the import, then a first invocation with one record (the store is ${LATENCY_MS} ms away). Sizes are given for all files and for the files that are read at the start; code that is imported on demand is in separate files.`,
        cases: [starts, both, ...withZod, ...withSdk, ...without, ...parts, ran],
        targets: [
          {
            name: "import: Fanfare / Powertools",
            bound: "at most",
            limit: 0.5,
            value: ratio(starts, FANFARE, PEER),
            unit: " x",
          },
          {
            name: "import and first invocation with idempotency: Fanfare / Powertools",
            bound: "at most",
            limit: 0.5,
            value: ratio(both, FANFARE, PEER),
            unit: " x",
          },
          ...withSdk.slice(0, 1).map((sizes) => ({
            name: `${sizes.name}: Fanfare / Powertools`,
            bound: "at most" as const,
            limit: 0.3,
            value: ratio(sizes, FANFARE, PEER),
            unit: " x",
          })),
          ...without.map((sizes) => ({
            name: sizes.name,
            bound: "at most" as const,
            limit: MOST_KIB,
            value: medianOf(sizes, FANFARE, "externalBytes") / KIB,
            unit: " KiB",
          })),
        ],
      };
    } finally {
      await services.stop();
    }
  },
};

const BARE = "without a schema library";

/** The sizes of all files, and of those that are read at the start. */
async function sizesOf(name: string, externals: Externals): Promise<CaseResult[]> {
  const bundles = await Promise.all(
    CANDIDATES.map(async ({ label, handler, way }) => ({
      label,
      outside: await bundleHandler(handler, externals, way),
      inside: externals === "sdk" ? await bundleHandler(handler, "nothing", way) : undefined,
    })),
  );
  return (["all", "atStart"] as const).map((which) => ({
    name: `bundle ${name}, ${which === "all" ? "all files" : "read at the start"}`,
    baseline: PEER,
    ratioOf: externals === "zod" ? "bundledBytes" : "externalBytes",
    contenders: bundles.map(({ label, outside, inside }) => {
      const sizes = externals === "zod" ? bundled(outside[which]) : external(outside[which]);
      return measured(label, [{ ...sizes, ...(inside === undefined ? {} : bundled(inside[which])) }]);
    }),
  }));
}

const external = ({ bytes, gzipBytes }: Size) => ({ externalBytes: bytes, externalGzipBytes: gzipBytes });
const bundled = ({ bytes, gzipBytes }: Size) => ({ bundledBytes: bytes, bundledGzipBytes: gzipBytes });

/** What is left of a consumer when its queues have no use for more and more of it. */
async function partsOf(): Promise<CaseResult> {
  const everything = "everything";
  const variants = [
    { label: everything, leftOut: [] },
    { label: "without payloads", leftOut: ["payloads"] },
    { label: "without payloads and FIFO groups", leftOut: ["payloads", "fifo"] },
    { label: "without payloads, FIFO groups and the SDK's client", leftOut: ["payloads", "fifo", "sdk"] },
    { label: "and without idempotency", leftOut: ["payloads", "fifo", "sdk", "idempotency"] },
  ] as const;
  const contenders = variants.map(async ({ label, leftOut }) => {
    const outside = await bundleHandler("fanfare", "sdk and zod", "constructs", leftOut);
    const inside = await bundleHandler("fanfare", "nothing", "constructs", leftOut);
    return measured(label, [{ ...external(outside.all), ...bundled(inside.all) }]);
  });
  return {
    name: `Fanfare ${BARE} (SDK bundled: with zod), by excluded part`,
    baseline: everything,
    ratioOf: "externalBytes",
    contenders: await Promise.all(contenders),
  };
}

/** The whole of a consumer's code, by the schema library of its contract. */
async function librariesOf(): Promise<CaseResult> {
  const zod = "zod";
  const variants = [
    { label: zod, handler: "fanfare" },
    { label: "zod/mini", handler: "fanfare-zod-mini" },
    { label: "valibot", handler: "fanfare-valibot" },
  ];
  const contenders = variants.map(async ({ label, handler }) => {
    const { all } = await bundleHandler(handler, "sdk", "constructs");
    return measured(label, [external(all)]);
  });
  return {
    name: "Fanfare with its own client, by schema library",
    baseline: zod,
    ratioOf: "externalBytes",
    contenders: await Promise.all(contenders),
  };
}

/** Where the bytes of a consumer come from. */
async function foldersOf(): Promise<CaseResult> {
  const { byFolder, all } = await bundleHandler("fanfare", "sdk and zod", "constructs");
  const folders = Object.entries(byFolder)
    .filter(([, bytes]) => bytes > 0)
    .sort(([, left], [, right]) => right - left);
  const whole = "all files";
  return {
    name: `Fanfare ${BARE}, by folder of the sources`,
    baseline: whole,
    ratioOf: "externalBytes",
    contenders: [
      measured(whole, [{ externalBytes: all.bytes }]),
      ...folders.map(([folder, bytes]) => measured(folder, [{ externalBytes: bytes }])),
    ],
  };
}

/**
 * The bytes of Fanfare that a start and a first invocation run in which nothing goes wrong: what a bundle could not do without,
 * whatever else it left out.
 */
async function codeThatIsRun(directory: string, services: Services): Promise<CaseResult> {
  // What is not bundled is found as in a deployed function, in a folder above.
  await symlink(fileURLToPath(new URL("../../node_modules", import.meta.url)), join(directory, "node_modules"), "dir");
  const whole = "all files";
  const ran = "run by a start and an invocation without failures";
  const { files, all } = await bundleHandler("fanfare", "sdk and zod", "constructs");
  const bundle = await written(files, join(directory, "bundle"));
  const { ranBytes } = coverage.parse(await importMain(bundle, services, "coverage"));
  return {
    name: `Fanfare ${BARE}, the code that is run`,
    baseline: whole,
    ratioOf: "externalBytes",
    contenders: [measured(whole, [{ externalBytes: all.bytes }]), measured(ran, [{ externalBytes: ranBytes }])],
  };
}

async function freshProcess(
  { label, handler, way }: Candidate,
  directory: string,
  services: Services,
): Promise<Contender> {
  const { files } = await bundleHandler(handler, "nothing", way);
  const bundle = await written(files, directory);
  return { name: label, sample: async () => times.parse(await importMain(bundle, services)) };
}

/** Writes a bundle's files and returns the path of its entry. */
async function written(files: Bundle["files"], directory: string): Promise<string> {
  await mkdir(directory);
  await Promise.all(files.map((file) => writeFile(join(directory, file.name), file.contents)));
  return join(directory, "index.mjs");
}

/** Imports a bundle in a fresh process with `bench/support/import-main.ts` and returns what that writes. */
async function importMain(bundle: string, services: Services, ...options: readonly string[]): Promise<unknown> {
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
  const { stdout } = await promisify(execFile)(process.execPath, [main, bundle, ...options], { env });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}
