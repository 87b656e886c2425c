import type { TemplateSource } from "../../assembly/index.ts";
import { type AssemblyStack, readTemplate } from "../../local/deploy/index.ts";
import { type Cloud, isDenied } from "../../ops/index.ts";
import { parseJson } from "../../std/index.ts";
import { CliError, EXIT } from "../cli-error.ts";

/** A stack as it is deployed. */
export interface DeployedStack extends TemplateSource {
  /** Name or ARN by which CloudFormation knows it. */
  readonly physicalId: string;
}

/**
 * The stacks of an assembly as they are deployed, nested ones included. Stacks that are not deployed are left out.
 *
 * @throws CliError where the credentials may not read them, and for a template that is not JSON
 */
export async function deployedStacks(
  stacks: readonly AssemblyStack[],
  cloud: Cloud,
): Promise<readonly DeployedStack[]> {
  const found = new Map<string, DeployedStack>();
  // Parents stand before what is nested in them.
  for (const { id, name, nestedIn } of stacks) {
    const parent = nestedIn === undefined ? undefined : found.get(nestedIn.parentId);
    const physicalId =
      nestedIn === undefined ? name : parent && (await physicalIdOf(cloud, parent.physicalId, nestedIn.logicalId));
    const stack = physicalId === undefined ? undefined : await deployedStack(cloud, name, physicalId);
    if (stack !== undefined) {
      found.set(id, stack);
    }
  }
  return [...found.values()];
}

/** The physical id of a resource of a deployed stack; undefined where there is none. */
export async function physicalIdOf(
  { cloudFormation }: Cloud,
  stack: string,
  logicalId: string,
): Promise<string | undefined> {
  const { sdk, call } = await cloudFormation();
  const command = new sdk.DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: logicalId });
  try {
    const { StackResourceDetail: detail } = await call((client, options) => client.send(command, options));
    return detail?.PhysicalResourceId;
  } catch (error) {
    return unlessMissing(error, stack);
  }
}

async function deployedStack(cloud: Cloud, name: string, physicalId: string): Promise<DeployedStack | undefined> {
  const { sdk, call } = await cloud.cloudFormation();
  const template = new sdk.GetTemplateCommand({ StackName: physicalId, TemplateStage: "Original" });
  const stack = new sdk.DescribeStacksCommand({ StackName: physicalId });
  try {
    const { TemplateBody: body = "" } = await call((client, options) => client.send(template, options));
    const json = parseJson(body);
    if (json === undefined) {
      throw new CliError(`the deployed template of ${name} is not JSON: only stacks of the CDK can be compared`);
    }
    const { Stacks: [described] = [] } = await call((client, options) => client.send(stack, options));
    const parameters = (described?.Parameters ?? []).flatMap(({ ParameterKey, ParameterValue }): [string, string][] =>
      ParameterKey === undefined || ParameterValue === undefined ? [] : [[ParameterKey, ParameterValue]],
    );
    return { name, physicalId, template: readTemplate(json, name), parameterValues: new Map(parameters) };
  } catch (error) {
    return unlessMissing(error, name);
  }
}

/** @throws the error, unless it says that there is no such stack or resource */
function unlessMissing(error: unknown, name: string): undefined {
  if (error instanceof Error && /does not exist/.test(error.message)) {
    return undefined;
  }
  if (error instanceof Error && /^Region is missing/.test(error.message)) {
    throw new CliError(
      "what is deployed is read from AWS: give --region or --profile, or compare with --against FOLDER",
      {
        exitCode: EXIT.noAccess,
        cause: error,
      },
    );
  }
  if (isDenied(error)) {
    throw new CliError(
      `the deployed stack ${name} cannot be read: check profile and Region, and that cloudformation:GetTemplate, DescribeStacks and DescribeStackResource are allowed`,
      { exitCode: EXIT.noAccess, cause: error },
    );
  }
  throw error;
}
