import { type App, Stack } from "aws-cdk-lib";
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  type NagPack,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
} from "cdk-nag";
import type { Finding } from "./findings.ts";

/** The packs of cdk-nag that an app is checked with. */
const PACKS: readonly (() => NagPack)[] = [
  () => new AwsSolutionsChecks(),
  () => new HIPAASecurityChecks(),
  () => new NIST80053R5Checks(),
  () => new PCIDSS321Checks(),
  () => new ServerlessChecks(),
];

/** Returns what cdk-nag finds in the stacks of an app, warnings included. */
export function nagFindings(app: App): Finding[] {
  const stacks = app.node.children.filter(Stack.isStack);
  return PACKS.flatMap((newPack) =>
    stacks.flatMap((stack) =>
      newPack()
        .validateScope(stack)
        .violations.flatMap(({ ruleName, violatingResources, description }) =>
          violatingResources.map(({ constructPath = stack.node.path }) => ({
            tool: "cdk-nag" as const,
            rule: ruleName,
            path: constructPath,
            text: description,
          })),
        ),
    ),
  );
}
