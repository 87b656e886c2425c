import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DEFAULT_REGION, LocalError } from "../../local/index.ts";
import { readCdkProject, synthesize } from "../../local/synthesis/index.ts";
import { TestAppError } from "./errors.ts";
import type { ConstructLike, DeploySource } from "./options.ts";

/** A cloud assembly, and how to remove it if it was made for the test. */
export interface SynthesizedAssembly {
  readonly directory: string;
  remove(): Promise<void>;
}

/** Synthesises what was given, unless it is an assembly already. @throws TestAppError `SynthesisFailed` */
export async function assemblyOf(source: DeploySource): Promise<SynthesizedAssembly> {
  if ("assembly" in source) {
    return { directory: resolve(source.assembly), remove: async () => {} };
  }
  if ("stack" in source) {
    return { directory: synthesizeStack(source.stack), remove: async () => {} };
  }
  const directory = await mkdtemp(join(tmpdir(), "fanfare-test-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const project = readCdkProject(resolve(source.directory ?? "."), { app: source.app });
    const region = process.env.CDK_DEFAULT_REGION ?? DEFAULT_REGION;
    await synthesize({ ...project, output: directory }, { environment: { CDK_DEFAULT_REGION: region } });
    return { directory, remove };
  } catch (cause) {
    await remove();
    throw cause instanceof LocalError ? new TestAppError("SynthesisFailed", cause.message, { cause }) : cause;
  }
}

/** The CDK is not imported here, so that tests of apps without it can use the rest. */
function synthesizeStack(stack: ConstructLike): string {
  const { root } = stack.node;
  const assembly: unknown = "synth" in root && typeof root.synth === "function" ? root.synth() : undefined;
  if (typeof assembly === "object" && assembly !== null && "directory" in assembly) {
    return String(assembly.directory);
  }
  throw new TestAppError("SynthesisFailed", "the stack does not belong to an App", {
    remedy: "give deploy a stack whose root is an App: new ShopStack(new App(), ...)",
  });
}
