import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { bundleEntry } from "../../infra/constructs/bundling/bundle-entry.ts";
import type { Benchmark, Contender } from "../harness/index.ts";
import { interleave, ratio } from "../harness/index.ts";
import { withDirectory } from "../support/bundles.ts";

const CLIENTS = { "AWS SDK": "sdk", lean: "lean" } as const;

/** Highest CPU time of a call by the lean client, as a fraction of the SDK's. */
const LIMIT = 0.6;

/** Fresh processes of each client. */
const PROCESSES = 9;

const sampleSchema = z.object({ firstMs: z.number(), cpuPerCallMs: z.number() });

/** The two clients of the store, in bundles as the constructs make them. */
export const storeClient: Benchmark = {
  name: "store-client",
  async run({ quick, progress }) {
    progress("fresh processes");
    const processes = quick ? 3 : PROCESSES;
    const result = {
      name: "25 statements",
      baseline: "AWS SDK",
      ratioOf: "cpuPerCallMs",
      contenders: await withDirectory(async (directory) => {
        await bundleInto(directory);
        await using server = await respondingServer();
        const contenders = Object.entries(CLIENTS).map(([name, client]) => contender(name, client, directory, server));
        return await interleave(contenders, { rounds: processes, warmUps: 0 });
      }),
    };
    return {
      name: this.name,
      title: "The store's client",
      method: `${processes} fresh processes of each, in turn: the client is loaded and makes a first call, then the CPU time of 1,000 calls is measured. A server on loopback responds at once.`,
      cases: [result],
      targets: [
        {
          name: "CPU per store call: lean / AWS SDK",
          bound: "at most",
          limit: LIMIT,
          value: ratio(result, "lean", "AWS SDK"),
          unit: " x",
        },
      ],
    };
  },
};

async function bundleInto(directory: string): Promise<void> {
  const entry = fileURLToPath(new URL("../support/store-client-main.ts", import.meta.url));
  const { files } = await bundleEntry(entry, { target: "node24", conditions: ["@fanfare/source"] });
  await Promise.all(files.map(({ name, contents }) => writeFile(join(directory, name), contents)));
}

/** Responds to each batch as a table with 25 new items does. */
async function respondingServer(): Promise<{ readonly endpoint: string } & AsyncDisposable> {
  const body = JSON.stringify({ Responses: Array.from({ length: 25 }, () => ({})) });
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

function contender(
  name: string,
  client: string,
  directory: string,
  { endpoint }: { readonly endpoint: string },
): Contender {
  const env = {
    PATH: process.env.PATH,
    FANFARE_AWS_CLIENT: client,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL: endpoint,
  };
  return {
    name,
    sample: async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [join(directory, "index.mjs")], { env });
      return sampleSchema.parse(JSON.parse(stdout));
    },
  };
}
