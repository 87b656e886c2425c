import { join } from "node:path";
import { freePort } from "../../support/free-port.ts";
import { type Emulator, startServer } from "./server-process.ts";
import { prepareVirtualEnvironment } from "./virtual-environment.ts";
import type { Workspace } from "./workspace.ts";

/** Starts moto's server from PyPI. */
export async function startMoto(workspace: Workspace, region: string, note: (text: string) => void): Promise<Emulator> {
  const bin = await prepareVirtualEnvironment({
    name: "moto",
    directory: workspace.virtualEnvironment("moto"),
    requirements: "test/localstack/python/moto.txt",
    note,
  });
  const port = await freePort();
  const home = workspace.folder("moto", "home");
  const server = await startServer({
    name: "moto",
    command: join(bin, "moto_server"),
    args: ["--host", "127.0.0.1", "--port", String(port)],
    env: {
      PATH: process.env.PATH,
      HOME: home,
      AWS_DEFAULT_REGION: region,
      // The account that all other emulators use.
      MOTO_ACCOUNT_ID: "000000000000",
    },
    cwd: home,
    port,
    healthPath: "/moto-api/",
    logFile: join(home, "moto.log"),
    readyTimeoutMs: 60_000,
  });
  return { ...server, description: "moto 5.2.5 from PyPI (moto_server)" };
}
