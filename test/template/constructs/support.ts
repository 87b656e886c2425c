import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { FanoutTopic, type FanoutTopicProps, WorkQueue, type WorkQueueProps } from "../../../infra/constructs/index.ts";
import { isFanfareError } from "../../../lib/errors/index.ts";
import { images, orders } from "../fixtures/contract.ts";

/** A source file that bundles in a few milliseconds. */
export const BILLING = { entry: "test/template/fixtures/billing.ts" };
export const SHIPPING = { entry: "test/template/fixtures/shipping.ts" };

type Resource = { readonly Type: string; readonly Properties: Record<string, unknown> } & Record<string, unknown>;

/** CDK leaves the assemblies of tests behind: here they go to a directory that is removed after each file. */
const assemblies = mkdtempSync(join(tmpdir(), "fanfare-template-test-"));
let apps = 0;

/** Files share this module: `test/template/setup.ts` calls it after each of them. */
export function removeAssemblies(): void {
  rmSync(assemblies, { recursive: true, force: true });
}

/**
 * An app whose assembly is removed after the tests. CDK validates its templates where the context asks for that: for each app it
 * starts an engine, which takes longer than all the rest.
 */
export function newApp(context: Record<string, unknown> = {}): App {
  apps += 1;
  return new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: context["@aws-cdk/core:validateAgainstDefaultRules"] === true,
    context,
    outdir: join(assemblies, String(apps)),
  });
}

/** A stack of an app of its own. */
export function newStack(props: StackProps = {}, id = "Shop"): Stack {
  return new Stack(newApp(), id, props);
}

export function newTopic(
  props: Partial<FanoutTopicProps<typeof orders>> = {},
  stack: Stack = newStack(),
): FanoutTopic<typeof orders> {
  return new FanoutTopic(stack, "Orders", { contract: orders, alarms: false, dashboard: false, ...props });
}

export function newWorkQueue(
  props: Partial<WorkQueueProps<typeof images>> = {},
  stack: Stack = newStack(),
): WorkQueue<typeof images> {
  return new WorkQueue(stack, "Images", { contract: images, alarms: false, dashboard: false, ...props });
}

/** A queue of the user's own, with its dead-letter queue. */
export function ownQueue(stack: Stack, id = "Own"): sqs.Queue {
  const queue = new sqs.Queue(stack, `${id}Dead`);
  return new sqs.Queue(stack, id, {
    deadLetterQueue: { queue, maxReceiveCount: 5 },
    visibilityTimeout: Duration.minutes(3),
  });
}

/** The template of the stack that a construct is in. */
export function templateOf(construct: FanoutTopic | WorkQueue | Stack): Template {
  return Template.fromStack(Stack.of(construct));
}

/** The one resource of a type whose logical id starts with a prefix. */
export function resource(template: Template, type: string, prefix: string): Resource {
  const found = Object.entries(template.findResources(type)).filter(([id]) => id.startsWith(prefix));
  const [first] = found;
  if (first === undefined || found.length !== 1) {
    throw new Error(`${found.length} of ${type} start with ${prefix}: ${Object.keys(template.findResources(type))}`);
  }
  return first[1] as Resource;
}

/** Properties of {@link resource}. */
export function properties(template: Template, type: string, prefix: string): Record<string, unknown> {
  return resource(template, type, prefix).Properties;
}

/** The statements of the role of the function whose logical id starts with a prefix. */
export function statementsOf(template: Template, prefix: string): Record<string, unknown>[] {
  const policies = Object.entries(template.findResources("AWS::IAM::Policy")).filter(([id]) => id.startsWith(prefix));
  return policies.flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement);
}

/** All actions of a list of statements, sorted. */
export function actionsOf(statements: readonly Record<string, unknown>[]): string[] {
  return statements.flatMap((statement) => [statement.Action].flat().map(String)).sort();
}

/** The environment of the function whose logical id starts with a prefix. */
export function environmentOf(template: Template, prefix: string): Record<string, unknown> {
  const environment = properties(template, "AWS::Lambda::Function", prefix).Environment;
  return (environment as { Variables?: Record<string, unknown> } | undefined)?.Variables ?? {};
}

/** The message of the `ConfigurationInvalid` that a configuration is refused with. */
export function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (isFanfareError(error, "ConfigurationInvalid")) {
      return error.message;
    }
    throw error;
  }
  throw new Error("the configuration was accepted");
}

export { Match, Template };
