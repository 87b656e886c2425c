import { createRequire } from "node:module";

/** CDK's modules for Step Functions. */
export interface StepFunctionsModules {
  readonly sfn: typeof import("aws-cdk-lib/aws-stepfunctions");
  readonly tasks: typeof import("aws-cdk-lib/aws-stepfunctions-tasks");
}

const require = createRequire(import.meta.url);

/** Loads them when the first task is created: they have a hundred files, which most apps do not need. */
export function stepFunctionsModules(): StepFunctionsModules {
  return { sfn: require("aws-cdk-lib/aws-stepfunctions"), tasks: require("aws-cdk-lib/aws-stepfunctions-tasks") };
}
