import { createHash } from "node:crypto";
import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { bundleEntry, reachedFrom } from "../../../infra/constructs/bundling/bundle-entry.ts";
import { LEFT_OUT, type LeftOut } from "../../../lib/names/index.ts";

const KIB = 1_024;
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const SDK = ["@aws-sdk/*", "@smithy/*"];

interface Options {
  readonly leftOut?: readonly LeftOut[];
  readonly external?: readonly string[];
}

const entryOf = (name: string) => fileURLToPath(new URL(`./handlers/${name}.ts`, import.meta.url));

type Bundled = ReturnType<typeof newBundle>;

const bundles = new Map<string, Bundled>();

/** Bundles a handler as the constructs do; without the SDK and the schema library if it is not told otherwise. */
function bundle(name: string, options: Options = {}): Bundled {
  const key = JSON.stringify([name, options]);
  const bundled = bundles.get(key) ?? newBundle(name, options);
  bundles.set(key, bundled);
  return bundled;
}

async function newBundle(name: string, { leftOut = [], external = [...SDK, "zod"] }: Options = {}) {
  const { files, metafile } = await bundleEntry(entryOf(name), {
    target: "node24",
    conditions: ["@fanfare/source"],
    external,
    define: Object.fromEntries(leftOut.map((part) => [`process.env.${LEFT_OUT[part]}`, '"1"'])),
  });
  const atStart = reachedFrom("index.mjs", metafile, "statically");
  const outputs = Object.entries(metafile.outputs).filter(([path]) =>
    files.some((file) => path.endsWith(`/${file.name}`)),
  );
  const bytes = (of: typeof files) => of.reduce((sum, { contents }) => sum + contents.byteLength, 0);
  // esbuild names the sources from the folder of the entry.
  const fromRoot = (path: string) =>
    relative(ROOT, resolve(dirname(entryOf(name)), path))
      .split(sep)
      .join("/");
  const sources = outputs.flatMap(([, { inputs }]) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [fromRoot(path)] : [])),
  );
  return {
    kib: bytes(files) / KIB,
    startKib: bytes(files.filter((file) => atStart.has(file.name))) / KIB,
    gzipKib: files.reduce((sum, { contents }) => sum + gzipSync(contents).byteLength, 0) / KIB,
    /** Fanfare's own, from `lib/`. */
    sources: sources.filter((path) => path.startsWith("lib/")),
    folders: new Set(sources.flatMap((path) => /^lib\/([a-z]+)\//.exec(path)?.[1] ?? [])),
    /** AWS clients that are imported when the function starts. */
    eager: outputs
      .filter(([path]) => [...atStart].some((file) => path.endsWith(`/${file}`)))
      .flatMap(([, { imports }]) => imports)
      .filter(({ kind, path }) => kind === "import-statement" && path.startsWith("@aws-sdk/"))
      .map(({ path }) => path),
    /** Modules of Node that are imported when the function starts. */
    builtins: [
      ...new Set(
        outputs
          .filter(([path]) => [...atStart].some((file) => path.endsWith(`/${file}`)))
          .flatMap(([, { imports }]) => imports)
          .map(({ path }) => path)
          .filter((path) => path.startsWith("node:")),
      ),
    ].sort(),
    clients: [...new Set(sources.flatMap((path) => /@aws-sdk\/(client-[a-z0-9]+)\/dist/.exec(path)?.[1] ?? []))].sort(),
    commands: sources
      .flatMap((path) => /@aws-sdk\/client-[a-z0-9]+\/dist-es\/commands\/(\w+)Command\.js$/.exec(path)?.[1] ?? [])
      .sort(),
    hash: createHash("sha256")
      .update(JSON.stringify(files.map(({ name: file, contents }) => [file, Buffer.from(contents).toString("base64")])))
      .digest("hex"),
  };
}

test("a consumer imports few modules of Node at its start: node:zlib and node:util take 5 ms, node:http takes 42", async () => {
  const { builtins } = await bundle("consumer", { leftOut: ["payloads", "fifo"] });
  expect(builtins).toEqual(["node:async_hooks", "node:crypto"]);
});

// The limits are what it weighs with a little air: who goes over one has something to explain. docs/evidence/performance.md has the goal.
describe("bundles without SDK and schema library", { timeout: 60_000 }, () => {
  test("a consumer: no publisher, no local runtime, no SDK before it is used", async () => {
    const { kib, startKib, gzipKib, folders, eager } = await bundle("consumer", { leftOut: ["payloads", "fifo"] });
    expect(kib).toBeLessThan(102.7);
    expect(startKib).toBeLessThan(95.4);
    expect(gzipKib).toBeLessThan(37.8);
    for (const folder of ["publish", "local", "testing", "cli", "ops"]) {
      expect(folders).not.toContain(folder);
    }
    expect(eager).toEqual([]);
  });

  test("the lean client: below 8 KiB, in a file of its own that is read at the first call", async () => {
    const { kib, startKib, sources } = await bundle("consumer", { leftOut: ["payloads", "fifo"] });
    expect(sources).toContain("lib/aws/lean/client.ts");
    expect(kib - startKib).toBeLessThan(8);
  });

  test("the circuit breaker is in a bundle only where it is imported", async () => {
    const CIRCUIT = /^lib\/circuit\/|^lib\/consume\/breaker\//;
    const circuitIn = async (name: string) => (await bundle(name)).sources.filter((path) => CIRCUIT.test(path)).sort();
    expect(await circuitIn("consumer")).toEqual([]);
    expect(await circuitIn("poller")).toEqual([]);
    expect(await circuitIn("guarded-consumer")).toEqual([
      "lib/circuit/circuit-breaker.ts",
      "lib/circuit/dynamodb-circuit-store.ts",
      "lib/consume/breaker/circuit-breaker.ts",
      "lib/consume/breaker/guard.ts",
    ]);
  });

  test("responses to tasks of Step Functions are in a bundle only where they are imported, without an SDK", async () => {
    const TASKS = /step-functions/;
    const leftOut = ["payloads", "fifo"] as const;
    const plain = await bundle("consumer", { leftOut });
    expect(plain.sources.filter((path) => TASKS.test(path))).toEqual([]);
    const withTasks = await bundle("task-consumer", { leftOut });
    expect(withTasks.sources.filter((path) => TASKS.test(path)).sort()).toEqual([
      "lib/aws/step-functions.ts",
      "lib/step-functions/task.ts",
      "lib/step-functions/token.ts",
    ]);
    expect(withTasks.eager).toEqual([]);
    expect(withTasks.kib - plain.kib).toBeLessThan(3);
  });

  test("the order of FIFO groups is in a bundle where a queue may be FIFO, and where records are handled one by one", async () => {
    const GROUPS = "lib/consume/schedule/fifo.ts";
    expect((await bundle("consumer", { leftOut: ["fifo"] })).sources).not.toContain(GROUPS);
    expect((await bundle("consumer")).sources).toContain(GROUPS);
    expect((await bundle("poller")).sources).toContain(GROUPS);
  });

  test("a consumer that is called at least once: no store", async () => {
    const { kib, startKib } = await bundle("consumer", { leftOut: ["payloads", "idempotency", "fifo"] });
    expect(kib).toBeLessThan(90.4);
    expect(startKib).toBeLessThan(83.4);
  });

  test("a consumer with everything", async () => {
    const { kib } = await bundle("guarded-consumer");
    expect(kib).toBeLessThan(113.2);
  });

  test("a publisher: no consumer, no idempotency, no SDK before it is used", async () => {
    const { kib, startKib, folders, eager } = await bundle("publisher");
    expect(kib).toBeLessThan(40);
    expect(startKib).toBeLessThan(39.5);
    for (const folder of ["consume", "idempotency", "circuit", "local", "testing"]) {
      expect(folders).not.toContain(folder);
    }
    expect(eager).toEqual([]);
  });

  test("a contract alone brings neither", async () => {
    const { kib, folders } = await bundle("contract");
    expect(kib).toBeLessThan(5.4);
    expect(folders).toEqual(new Set(["contract", "errors", "names"]));
  });

  test("one file, as other bundlers make it: no SDK before it is used", async () => {
    const { metafile } = await build({
      entryPoints: [entryOf("consumer")],
      bundle: true,
      format: "esm",
      platform: "node",
      conditions: ["@fanfare/source", "module"],
      external: [...SDK, "zod"],
      write: false,
      metafile: true,
    });
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
    const ofSdk = imports.filter(({ path }) => path.startsWith("@aws-sdk/"));
    expect(new Set(ofSdk.map(({ kind }) => kind))).toEqual(new Set(["dynamic-import"]));
  });
});

describe("bundles with the SDK", { timeout: 60_000 }, () => {
  const external = ["zod"];
  /** Of the SQS client, what settling needs; of DynamoDB's, what claims and the circuit breaker do. */
  const SETTLING = ["ChangeMessageVisibilityBatch", "DeleteMessageBatch", "SendMessageBatch"];
  const STORES = [
    "BatchExecuteStatement",
    "BatchGetItem",
    // The client asks for the account's endpoints by itself.
    "DescribeEndpoints",
    "GetItem",
    "PutItem",
    "TransactWriteItems",
  ];

  test("a consumer has of the clients only the commands that it sends", async () => {
    const { clients, commands } = await bundle("consumer", { external, leftOut: ["payloads"] });
    expect(clients).toEqual(["client-dynamodb", "client-sqs"]);
    expect(commands).toEqual([...STORES, ...SETTLING].sort());
  });

  test.each(["consumer", "guarded-consumer"])(
    "a %s that is called at least once has no DynamoDB client",
    async (name) => {
      const { clients, commands } = await bundle(name, { external, leftOut: ["payloads", "idempotency"] });
      expect(clients).toEqual(["client-sqs"]);
      expect(commands).toEqual(SETTLING);
    },
  );

  test.each(["consumer", "guarded-consumer"])("a %s without the SDK has the lean client alone", async (name) => {
    const { clients, folders, kib } = await bundle(name, { external, leftOut: ["payloads", "sdk"] });
    expect(clients).toEqual([]);
    expect(folders).toContain("aws");
    expect(kib).toBeLessThan(110);
  });

  test("a client that the handler's own code imports is not left out, and the others are", async () => {
    const { clients, commands } = await bundle("own-client", { external, leftOut: ["payloads", "sdk"] });
    expect(clients).toEqual(["client-dynamodb"]);
    expect(commands).toEqual(expect.arrayContaining(STORES));
  });

  test("a consumer with large payloads has the S3 client", async () => {
    const { clients, commands } = await bundle("consumer", { external });
    expect(clients).toEqual(["client-dynamodb", "client-s3", "client-sqs"]);
    expect(commands).toContain("GetObject");
    expect(commands).not.toContain("ListObjectsV2");
  });

  test("a publisher has clients of SNS, SQS and S3, and only the commands that it sends", async () => {
    const { clients, commands } = await bundle("publisher", { external });
    expect(clients).toEqual(["client-s3", "client-sns", "client-sqs"]);
    expect(commands).toEqual(expect.arrayContaining(["PublishBatch", "PutObject", "SendMessageBatch"]));
    expect(commands.filter((command) => /Queue|Topic|Subscri/.test(command))).toEqual([]);
  });

  test("a poller receives and deletes", async () => {
    const { commands } = await bundle("poller", { external, leftOut: ["payloads", "idempotency"] });
    expect(commands).toEqual([...SETTLING, "GetQueueAttributes", "ReceiveMessage"].sort());
  });

  test("the same sources make the same files", async () => {
    const [first, second, other] = await Promise.all([
      bundle("consumer", { external }),
      newBundle("consumer", { external }),
      bundle("consumer", { external, leftOut: ["payloads"] }),
    ]);
    expect(second.hash).toBe(first.hash);
    expect(other.hash).not.toBe(first.hash);
  });
});
