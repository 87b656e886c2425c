import { join } from "node:path";
import { freePort } from "../../support/free-port.ts";
import { TargetUnavailable } from "../unavailable.ts";
import { runCommand, tail } from "./command.ts";
import { answers, type Emulator, startServer } from "./server-process.ts";
import { prepareVirtualEnvironment } from "./virtual-environment.ts";
import type { Workspace } from "./workspace.ts";

/** The last image that asks for no account. */
const FREE_IMAGE = "localstack/localstack:4.14.0";

/** What an account's token is good for. */
const LICENSED_IMAGE = "localstack/localstack:latest";

const HEALTH_PATH = "/_localstack/health";

const READY_TIMEOUT_MS = 120_000;

/**
 * Starts LocalStack: in a container where an engine answers, else from PyPI in a virtual environment.
 *
 * @throws TargetUnavailable with all that was tried
 */
export async function startLocalStack(workspace: Workspace, note: (text: string) => void): Promise<Emulator> {
  try {
    return await startContainer(note);
  } catch (error) {
    if (!(error instanceof TargetUnavailable)) {
      throw error;
    }
    note(`no container: ${error.message}`);
    return await startFromPyPi(workspace, note);
  }
}

async function startContainer(note: (text: string) => void): Promise<Emulator> {
  const engine = await runCommand("docker", ["version", "--format", "{{.Server.Version}}"], { timeoutMs: 15_000 });
  if (engine.code !== 0) {
    throw new TargetUnavailable("no Docker engine answers");
  }
  const token = process.env.LOCALSTACK_AUTH_TOKEN;
  const image = token ? LICENSED_IMAGE : FREE_IMAGE;
  const port = await freePort();
  const container = `fanfare-localstack-${process.pid}`;
  note(`starting ${image} as ${container}`);
  const started = await runCommand(
    "docker",
    [
      ...["run", "--rm", "--detach", "--name", container, "--publish", `127.0.0.1:${port}:4566`],
      ...(token ? ["--env", "LOCALSTACK_AUTH_TOKEN"] : []),
      ...["--env", "DISABLE_EVENTS=1", image],
    ],
    { timeoutMs: 10 * 60_000 },
  );
  if (started.code !== 0) {
    throw new TargetUnavailable(`${image} does not start: ${tail(started.output, 3)}`);
  }
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    await runCommand("docker", ["rm", "--force", container], { timeoutMs: 60_000 });
  };
  const emulator: Emulator = {
    endpoint: `http://127.0.0.1:${port}`,
    description: `${image} in Docker ${engine.output.trim()}`,
    pids: [],
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
  if (await answers(`${emulator.endpoint}${HEALTH_PATH}`, undefined, READY_TIMEOUT_MS)) {
    return emulator;
  }
  await emulator.stop();
  throw new TargetUnavailable(`${image} did not answer within ${READY_TIMEOUT_MS / 1_000} s`);
}

async function startFromPyPi(workspace: Workspace, note: (text: string) => void): Promise<Emulator> {
  const bin = await prepareVirtualEnvironment({
    name: "LocalStack",
    directory: workspace.virtualEnvironment("localstack"),
    requirements: "test/localstack/python/localstack.txt",
    note,
  });
  const port = await freePort();
  const home = workspace.folder("localstack", "home");
  const server = await startServer({
    name: "LocalStack",
    command: join(bin, "python"),
    args: ["-m", "localstack.runtime.main"],
    env: {
      PATH: process.env.PATH,
      HOME: home,
      XDG_CACHE_HOME: home,
      FILESYSTEM_ROOT: home,
      GATEWAY_LISTEN: `127.0.0.1:${port}`,
      // Its default server listens on all interfaces whatever GATEWAY_LISTEN says.
      GATEWAY_SERVER: "hypercorn",
      // Inside a container of the CI it would take itself for its own image, and write to /var/lib.
      OVERRIDE_IN_DOCKER: "0",
      DISABLE_EVENTS: "1",
      SKIP_SSL_CERT_DOWNLOAD: "1",
      DNS_ADDRESS: "0",
    },
    cwd: home,
    port,
    healthPath: HEALTH_PATH,
    logFile: join(home, "localstack.log"),
    readyTimeoutMs: READY_TIMEOUT_MS,
  });
  return { ...server, description: "localstack-core 4.8.1 from PyPI, without Docker" };
}
