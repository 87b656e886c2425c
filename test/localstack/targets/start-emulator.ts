import { startLocalStack } from "../emulators/localstack.ts";
import { startMiniStack } from "../emulators/ministack.ts";
import { startMoto } from "../emulators/moto.ts";
import type { Emulator } from "../emulators/server-process.ts";
import type { Workspace } from "../emulators/workspace.ts";
import type { Options, TargetName } from "../options.ts";

/** Starts the emulator of a target, or takes the one that runs already. `undefined` for AWS. */
export async function startEmulator(
  name: TargetName,
  { endpoint, region }: Options,
  workspace: Workspace,
  note: (text: string) => void,
): Promise<Emulator | undefined> {
  if (endpoint !== undefined) {
    return { endpoint, description: `${name} at ${endpoint}`, pids: [], stop: async () => {} };
  }
  switch (name) {
    case "localstack":
      return await startLocalStack(workspace, note);
    case "ministack":
      return await startMiniStack(workspace, region, note);
    case "moto":
      return await startMoto(workspace, region, note);
    case "aws":
      return undefined;
  }
}
