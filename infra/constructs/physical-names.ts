import { createHash } from "node:crypto";
import { Names, Stack, Token } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

const HASH_CHARACTERS = 8;
const FIFO_SUFFIX = ".fifo";

/** How a name is made. */
export interface PhysicalNameOptions {
  /** What the resource is to the construct: `dlq`. */
  readonly role?: string;
  /** Whether the name must end in `.fifo`. */
  readonly fifo: boolean;
  /** Characters that the name may have, `.fifo` included. */
  readonly maxCharacters: number;
}

/**
 * A readable name that is known at synthesis and unique in account and Region: `Shop-Orders-Billing-dlq-1f0c2a9b`.
 *
 * Topics and queues need one: a dead-letter queue names its source in `redriveAllowPolicy` while the source names the
 * dead-letter queue in `redrivePolicy`, and a key's policy names the topic that the key encrypts. With generated names both
 * are circular dependencies that CloudFormation refuses. The usual drawback of a fixed name, that a resource cannot be
 * replaced, does not occur: only a new name or another type replaces a queue or topic, and the type is part of the name.
 */
export function physicalName(scope: IConstruct, options: PhysicalNameOptions): string {
  const { role, fifo, maxCharacters } = options;
  let stack = Stack.of(scope);
  // The name of a nested stack is made by CloudFormation: not known yet.
  while (stack.nestedStackParent !== undefined) stack = stack.nestedStackParent;
  const scopes = scope.node.scopes;
  const ids = scopes.slice(scopes.indexOf(stack) + 1).map((construct) => construct.node.id);
  const stackName = Token.isUnresolved(stack.stackName) ? Names.uniqueId(stack) : stack.stackName;
  const words = [stackName, ...ids, ...(role === undefined ? [] : [role])];
  const hash = createHash("sha256").update(words.join("/")).digest("hex").slice(0, HASH_CHARACTERS);
  const suffix = fifo ? FIFO_SUFFIX : "";
  const readable = words
    .join("-")
    .replaceAll(/[^A-Za-z0-9_-]+/g, "-")
    .slice(0, maxCharacters - HASH_CHARACTERS - 1 - suffix.length);
  return `${readable}-${hash}${suffix}`;
}
