import { access, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CACHE, here, peerEnvironment } from "../environment.ts";
import { type PeerDefinition, PeerUnavailable } from "../peer.ts";
import { JsonLineProcess, probe, run } from "../process.ts";
import { startLinePeer } from "./line-peer.ts";

const VENV = join(CACHE, "interop-venv");
const PYTHON = join(VENV, "bin", "python");
const INSTALL_MS = 300_000;

/** boto3 as it is, or one of Amazon's extended clients around it, in a virtual environment of their own. */
export function python(client: "boto3" | "amazon-sqs-extended-client" | "amazon-sns-extended-client"): PeerDefinition {
  return {
    async start(endpoint) {
      await install();
      return await startLinePeer(
        new JsonLineProcess(PYTHON, [here("python", "peer.py"), client], peerEnvironment(endpoint)),
      );
    },
  };
}

/** Makes the virtual environment, unless it is there with these very requirements. @throws PeerUnavailable */
async function install(): Promise<void> {
  const requirements = here("python", "requirements.txt");
  const wanted = await readFile(requirements, "utf8");
  const stamp = join(VENV, "fanfare-requirements.txt");
  if ((await readFile(stamp, "utf8").catch(() => "")) === wanted && (await exists(PYTHON))) {
    return;
  }
  await probe("python3", ["--version"]);
  try {
    await run("python3", ["-m", "venv", VENV], { timeoutMs: INSTALL_MS });
    await run(PYTHON, ["-m", "pip", "install", "--quiet", "--requirement", requirements], { timeoutMs: INSTALL_MS });
  } catch (error) {
    throw new PeerUnavailable(`the Python packages cannot be installed: ${messageOf(error)}`);
  }
  await writeFile(stamp, wanted);
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
