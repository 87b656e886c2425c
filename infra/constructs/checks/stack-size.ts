import { Annotations, CfnResource, Stack } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { checkAtSynthesis } from "./at-synthesis.ts";
import { CLOUDFORMATION } from "./limits.ts";

/** Stacks that were warned. */
const warned = new WeakSet<Stack>();

/** Warns at synthesis, once per stack, if the stack of a construct comes near the most resources that CloudFormation accepts. */
export function warnOfFullStack(scope: IConstruct): void {
  checkAtSynthesis(scope, () => {
    const stack = Stack.of(scope);
    const count = stack.node
      .findAll()
      .filter((each) => CfnResource.isCfnResource(each) && Stack.of(each) === stack).length;
    if (count > CLOUDFORMATION.manyResources && !warned.has(stack)) {
      warned.add(stack);
      Annotations.of(scope).addWarningV2(
        "fanfare:stackNearlyFull",
        `the stack ${stack.node.path} has ${count} resources, and CloudFormation accepts ${CLOUDFORMATION.resources}: create further subscribers in another stack (fanOut(id, { scope: otherStack, ... })), or have fewer alarms (alarms: { preset: "lean" })`,
      );
    }
  });
}
