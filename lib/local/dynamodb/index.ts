import { join } from "node:path";
import { createDataFolder, Watchdog } from "../common/index.ts";
import { startDynalite } from "./dynalite.ts";
import { startDynoxide } from "./dynoxide.ts";
import type { DynamoDbEmulator } from "./emulator.ts";
import { locateDynoxide } from "./locate.ts";

export type { DynamoDbEmulator } from "./emulator.ts";

/**
 * Starts an emulator of DynamoDB on a free port of 127.0.0.1: `dynoxide` where there is a binary for this platform, else
 * `dynalite` with a notice about what is missing. In memory, unless a directory for its data is given.
 *
 * @throws LocalError `EmulatorFailed` when it does not respond in time.
 */
export async function startDynamoDb(
  options: {
    /** Stores the tables here. Created if it does not exist. */
    dataDirectory?: string | undefined;
    /** Use this one. Default: dynoxide where it is found. */
    kind?: "dynoxide" | "dynalite" | undefined;
    /** Shared with the starters of other processes. @default an own one for the emulator */
    watchdog?: Watchdog | undefined;
  } = {},
): Promise<DynamoDbEmulator> {
  const { dataDirectory } = options;
  if (dataDirectory !== undefined) {
    createDataFolder(dataDirectory);
  }
  const binary = options.kind === "dynalite" ? undefined : locateDynoxide();
  if (binary === undefined) {
    return startDynalite({ dataDirectory: dataDirectory === undefined ? undefined : join(dataDirectory, "dynalite") });
  }
  const watchdog = options.watchdog ?? new Watchdog();
  const dataFile = dataDirectory === undefined ? undefined : join(dataDirectory, "dynoxide.sqlite");
  const emulator = await startDynoxide({ binary, watchdog, dataFile });
  if (options.watchdog !== undefined) {
    return emulator;
  }
  return {
    ...emulator,
    stop: async () => {
      await emulator.stop();
      await watchdog.close();
    },
  };
}
