import { once } from "node:events";
import { Server } from "node:http";
import { createRequire } from "node:module";
import { LocalError } from "../common/index.ts";
import type { DynamoDbEmulator } from "./emulator.ts";

const NOTICE =
  "DynamoDB is emulated by dynalite: conditional writes work; PartiQL (batched claims), transactions (ctx.commit), " +
  "ReturnValuesOnConditionCheckFailure and time to live do not. Install the package @dynoxide/" +
  `${process.platform}-${process.arch}, or put a dynoxide binary on the PATH, for all of them.`;

/** Starts the emulator in pure JavaScript, inside this process, on a free port of the loopback interface. */
export async function startDynalite(options: { dataDirectory?: string | undefined } = {}): Promise<DynamoDbEmulator> {
  // The package has no types, and it is loaded only where it is needed, because that is slow.
  const create: unknown = createRequire(import.meta.url)("dynalite");
  const server: unknown =
    typeof create === "function"
      ? create({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0, path: options.dataDirectory })
      : undefined;
  if (!(server instanceof Server)) {
    throw new LocalError("EmulatorFailed", "the package dynalite is not what this version of Fanfare expects", {
      remedy: "install dynalite 4",
    });
  }
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address === null || typeof address === "string" ? 0 : address.port;
  let stopped: Promise<void> | undefined;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    kind: "dynalite",
    capabilities: {
      partiQl: false,
      transactions: false,
      returnValuesOnConditionCheckFailure: false,
      timeToLive: false,
    },
    notices: [NOTICE],
    pid: undefined,
    stop: () => {
      stopped ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return stopped;
    },
  };
}
