import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { freePort } from "../../support/free-port.ts";
import { type Emulator, startServer } from "./server-process.ts";
import { prepareVirtualEnvironment } from "./virtual-environment.ts";
import type { Workspace } from "./workspace.ts";

/** Starts MiniStack from PyPI. Its functions run in the Node.js that runs this program. */
export async function startMiniStack(
  workspace: Workspace,
  region: string,
  note: (text: string) => void,
): Promise<Emulator> {
  const bin = await prepareVirtualEnvironment({
    name: "MiniStack",
    directory: workspace.virtualEnvironment("ministack"),
    requirements: "test/localstack/python/ministack.txt",
    note,
  });
  const port = await freePort();
  const home = workspace.folder("ministack", "home");
  // It puts a CommonJS program into a folder below, which must not count as part of this package of modules.
  writeFileSync(join(home, "package.json"), "{}");
  const server = await startServer({
    name: "MiniStack",
    command: join(bin, "ministack"),
    args: [],
    env: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      HOME: home,
      TMPDIR: home,
      STATE_DIR: join(home, "state"),
      GATEWAY_PORT: String(port),
      BIND_HOST: "127.0.0.1",
      MINISTACK_HOST: "127.0.0.1",
      MINISTACK_REGION: region,
      SFTP_ENABLED: "0",
    },
    cwd: home,
    port,
    healthPath: "/_ministack/health",
    logFile: join(home, "ministack.log"),
    readyTimeoutMs: 60_000,
  });
  return { ...server, description: "MiniStack 1.5.33 from PyPI" };
}
