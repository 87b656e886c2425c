import { createHash } from "node:crypto";
import { Names, Stack, Token } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { refuseIf } from "../checks/index.ts";

const HASH_CHARACTERS = 8;
const FIFO_SUFFIX = ".fifo";

/** What {@link physicalName} takes. */
export interface PhysicalNameOptions {
  /** What the name consists of, besides the role, in place of the stack's name, the path and a hash. */
  readonly prefix?: string | undefined;
  /** The role of the resource in the construct: `dlq`. */
  readonly role?: string;
  /** Whether the name must end in `.fifo`. */
  readonly fifo: boolean;
  /** Longest name in characters, including `.fifo`. */
  readonly maxCharacters: number;
}

/**
 * Returns a readable name that is known at synthesis and unique in the account and Region: `Shop-Orders-Billing-dlq-1f0c2a9b`.
 *
 * Topics and queues need one. A dead-letter queue names its source in `redriveAllowPolicy`, while the source names the dead-letter
 * queue in `redrivePolicy`; and the policy of a key names the topic that the key encrypts. With generated names, both would be
 * circular dependencies, which CloudFormation refuses. Fixed names usually prevent replacement, but not here: a queue or topic is
 * replaced only if its name or type changes, and the type is part of the name.
 */
export function physicalName(scope: IConstruct, options: PhysicalNameOptions): string {
  const { prefix, role, fifo, maxCharacters } = options;
  const suffix = fifo ? FIFO_SUFFIX : "";
  if (prefix !== undefined) {
    const name = `${[prefix, ...(role === undefined ? [] : [role])].join("-")}${suffix}`;
    checkPrefixed(scope, prefix, name, maxCharacters);
    return name;
  }
  let stack = Stack.of(scope);
  // CloudFormation generates the name of a nested stack: it is not known yet.
  while (stack.nestedStackParent !== undefined) {
    stack = stack.nestedStackParent;
  }
  const scopes = scope.node.scopes;
  const ids = scopes.slice(scopes.indexOf(stack) + 1).map((construct) => construct.node.id);
  const stackName = Token.isUnresolved(stack.stackName) ? Names.uniqueId(stack) : stack.stackName;
  const words = [stackName, ...ids, ...(role === undefined ? [] : [role])];
  const hash = createHash("sha256").update(words.join("/")).digest("hex").slice(0, HASH_CHARACTERS);
  const readable = words
    .join("-")
    .replaceAll(/[^A-Za-z0-9_-]+/g, "-")
    .slice(0, maxCharacters - HASH_CHARACTERS - 1 - suffix.length);
  return `${readable}-${hash}${suffix}`;
}

/** What {@link checkGivenName} takes. */
export interface GivenNameRules {
  /** Whether the name is that of a FIFO queue or topic. */
  readonly fifo: boolean;
  /** Longest name in characters, including `.fifo`. */
  readonly maxCharacters: number;
}

/** Refuses a name of a queue or topic, given by the user, that AWS would refuse. Tokens and absent names pass. */
export function checkGivenName(
  scope: IConstruct,
  field: string,
  name: string | undefined,
  { fifo, maxCharacters }: GivenNameRules,
): void {
  if (name === undefined || Token.isUnresolved(name)) {
    return;
  }
  refuseIf(scope, !/^[A-Za-z0-9_-]+(\.fifo)?$/.test(name) || name.length > maxCharacters, {
    field,
    message: `${field} is "${name}", but AWS takes letters, digits, hyphens and underscores, ${maxCharacters} at most`,
    limit: `${maxCharacters} characters`,
    remedy: `use another name, or leave ${field} out`,
  });
  refuseIf(scope, name.endsWith(FIFO_SUFFIX) !== fifo, {
    field,
    message: `${field} is "${name}", but names end in ${FIFO_SUFFIX} on FIFO and only there, and this is ${fifo ? "FIFO" : "standard"}`,
    remedy: fifo
      ? `write "${name}${FIFO_SUFFIX}", or leave ${field} out`
      : `use another name, set fifo: true, or leave ${field} out`,
  });
}

function checkPrefixed(scope: IConstruct, prefix: string, name: string, maxCharacters: number): void {
  refuseIf(scope, !Token.isUnresolved(prefix) && !/^[A-Za-z0-9_-]+$/.test(prefix), {
    field: "namePrefix",
    message: `namePrefix is "${prefix}", but names consist of letters, digits, hyphens and underscores`,
    remedy: 'use letters, digits, hyphens and underscores: "shop-orders"',
  });
  refuseIf(scope, !Token.isUnresolved(prefix) && name.length > maxCharacters, {
    field: "namePrefix",
    message: `namePrefix makes the name "${name}" of ${name.length} characters, but AWS allows ${maxCharacters}`,
    limit: `${maxCharacters} characters`,
    remedy: "use a shorter namePrefix, or set queueName of the queue",
  });
}
