import type { Deployment } from "../../../local/index.ts";
import { displayName } from "../../display-name.ts";

/** The names that functions and queues have in the app. */
export class FunctionNames {
  readonly #names = new Map<string, string>();
  readonly #queues = new Map<string, string>();
  /** Characters of the longest name. */
  width = 0;

  introduce(deployment: Deployment): void {
    for (const { resource, configuration, internal } of deployment.functions) {
      if (!internal) {
        const name = displayName(resource);
        this.#names.set(configuration.functionName, name);
        this.width = Math.max(this.width, name.length);
      }
    }
    for (const queue of deployment.ofType("AWS::SQS::Queue")) {
      this.#queues.set(queue.arn ?? "", displayName(queue));
    }
  }

  /** @param functionName the physical name */
  of(functionName: string): string {
    return this.#names.get(functionName) ?? functionName;
  }

  ofQueue(queueArn: string): string {
    return this.#queues.get(queueArn) ?? queueArn;
  }

  /** The place of a function among those that are known, from 0. */
  indexOf(functionName: string): number {
    return Math.max(0, [...this.#names.keys()].indexOf(functionName));
  }
}
