import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";

const KIB = 1_024;

/** Bundles a handler as the constructs do, without the SDK and the schema library. */
async function bundle(source: string) {
  const result = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    conditions: ["@fanfare/source", "module"],
    minify: true,
    external: ["@aws-sdk/*", "zod"],
    write: false,
    metafile: true,
  });
  const [output] = Object.values(result.metafile.outputs);
  const code = result.outputFiles[0]?.contents ?? new Uint8Array();
  const inputs = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return {
    kib: code.byteLength / KIB,
    gzipKib: gzipSync(code).byteLength / KIB,
    folders: new Set(inputs.flatMap(([path]) => /(?:^|\/)lib\/([a-z]+)\//.exec(path)?.[1] ?? [])),
    eager: (output?.imports ?? [])
      .filter(({ kind, path }) => kind === "import-statement" && path.startsWith("@aws-sdk/"))
      .map(({ path }) => path),
  };
}

const CONTRACT = `
  import { z } from "zod";
  import { consume, createPublisher, defineContract, event } from "fanfare";
  const contract = defineContract("orders", { Placed: event({ schema: z.object({ n: z.number() }) }) });
`;

// The limits are what it weighs with a little air: who goes over one has something to explain. docs/performance.md has the goal.
describe("bundles", () => {
  test("a consumer: no publisher, no local runtime, no SDK before it is used", async () => {
    const { kib, gzipKib, folders, eager } = await bundle(
      `${CONTRACT} export const handler = consume(contract, { Placed: async () => {} });`,
    );
    expect(kib).toBeLessThan(64);
    expect(gzipKib).toBeLessThan(23);
    for (const folder of ["publish", "local", "testing", "cli", "ops"]) expect(folders).not.toContain(folder);
    expect(eager).toEqual([]);
  });

  test("a publisher: no consumer, no idempotency, no SDK before it is used", async () => {
    const { kib, folders, eager } = await bundle(
      `${CONTRACT} const publish = createPublisher(contract); export const handler = () => publish("Placed", { n: 1 });`,
    );
    expect(kib).toBeLessThan(32);
    for (const folder of ["consume", "idempotency", "circuit", "local", "testing"])
      expect(folders).not.toContain(folder);
    expect(eager).toEqual([]);
  });

  test("a contract alone brings neither", async () => {
    const { kib, folders } = await bundle(`${CONTRACT} export { contract };`);
    expect(kib).toBeLessThan(10);
    expect(folders).toEqual(new Set(["contract", "errors", "names"]));
  });
});
