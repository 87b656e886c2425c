import type { Json } from "../../std/index.ts";
import { canonicalJson } from "../common/index.ts";
import type { DeployedFunction } from "../deploy/index.ts";
import { type FunctionConfiguration, LocalFunction, type LocalFunctionOptions } from "../lambda/index.ts";

/** What all functions of a deployment share. */
export type FunctionSetOptions = Omit<LocalFunctionOptions, "configuration">;

/** The functions of a deployment, by physical name. */
export class FunctionSet {
  readonly #functions = new Map<string, LocalFunction>();
  readonly #options: FunctionSetOptions;

  constructor(options: FunctionSetOptions) {
    this.#options = options;
  }

  get(functionName: string): LocalFunction | undefined {
    return this.#functions.get(functionName);
  }

  /** Invocations that run or wait now, of all functions. */
  get activeInvocations(): number {
    return [...this.#functions.values()].reduce((sum, { activeInvocations }) => sum + activeInvocations, 0);
  }

  /** Process ids of all execution environments. */
  get pids(): readonly number[] {
    return [...this.#functions.values()].flatMap(({ pids }) => pids);
  }

  /** The function with this configuration, made or updated now. */
  with(configuration: FunctionConfiguration): LocalFunction {
    const known = this.#functions.get(configuration.functionName);
    if (known !== undefined && !sameConfiguration(known.configuration, configuration)) {
      known.update(configuration);
    }
    const target = known ?? new LocalFunction({ configuration, ...this.#options });
    this.#functions.set(configuration.functionName, target);
    return target;
  }

  /** Replaces the functions by those of a new deployment. Changed ones run their new bundle from the next invocation on. */
  async apply(deployed: readonly DeployedFunction[]): Promise<void> {
    const names = new Set(deployed.map(({ configuration }) => configuration.functionName));
    for (const { configuration } of deployed) {
      this.with(configuration);
    }
    const removed = [...this.#functions].filter(([name]) => !names.has(name));
    for (const [name] of removed) {
      this.#functions.delete(name);
    }
    await Promise.all(removed.map(([, removedFunction]) => removedFunction.close()));
  }

  /** Ends all processes. */
  async close(): Promise<void> {
    await Promise.all([...this.#functions.values()].map((each) => each.close()));
  }
}

function sameConfiguration(left: FunctionConfiguration, right: FunctionConfiguration): boolean {
  return canonicalJson(toJson(left)) === canonicalJson(toJson(right));
}

function toJson(configuration: FunctionConfiguration): Json {
  return Object.fromEntries(Object.entries(configuration).map(([name, value]) => [name, value ?? null]));
}
