import { Stack, Token } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { refuseIf } from "../checks/index.ts";
import { shareEnvironment } from "../places/index.ts";

/** A resource of this app, and how it is named. */
export interface NamedResource {
  readonly resource: IConstruct;
  /** Its name, as the construct returns it. */
  readonly name: string;
  /** The prop that sets it. */
  readonly prop: "tableName" | "bucketName";
}

/**
 * Refuses a table or bucket without a name where it is used from another account or Region: nothing else could refer to it.
 *
 * @throws FanfareError `ConfigurationInvalid`; CDK would say it later, and would name neither the option nor who uses it
 */
export function refuseUnnamed(user: IConstruct, field: string, { resource, name, prop }: NamedResource): void {
  const { account, region, node } = Stack.of(resource);
  const isUnknown = Token.isUnresolved(account) || Token.isUnresolved(region);
  refuseIf(user, !shareEnvironment(user, resource) && !canResolve(user, name), {
    field,
    message: `${field} is in the stack ${node.path} and has no name, by which alone a stack of another account or Region can refer to it`,
    remedy: isUnknown
      ? `set env.account and env.region on the stack ${node.path}, from which a name can be generated, or its ${prop}`
      : `set its ${prop}, or ${prop}: PhysicalName.GENERATE_IF_NEEDED`,
  });
}

/** Whether CDK finds a name: one that was given, or one that it may generate. */
function canResolve(user: IConstruct, name: string): boolean {
  try {
    Stack.of(user).resolve(name);
    return true;
  } catch {
    return false;
  }
}
