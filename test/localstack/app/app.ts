import { App } from "aws-cdk-lib";
import { TrialStack } from "./stack.ts";

/** The app of the suite against LocalStack, other emulators and AWS. The stack's name keeps two runs in one account apart. */
const app = new App();
const { FANFARE_TRIAL_STACK_NAME: stackName, CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
if (stackName === undefined || account === undefined || region === undefined) {
  throw new Error(
    "the suite sets FANFARE_TRIAL_STACK_NAME, and the CDK CLI finds account and region with the credentials",
  );
}
new TrialStack(app, "Trial", { stackName, env: { account, region } });
app.synth();
