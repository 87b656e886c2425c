import type { TemplateSource } from "../../assembly/index.ts";
import { readTemplate } from "../../local/deploy/index.ts";
import { type Cloud, connect, isDenied, type OperatorPlace } from "../../ops/index.ts";
import { parseJson } from "../../std/index.ts";
import { CliError, EXIT } from "../cli-error.ts";

/**
 * The templates of stacks as they are deployed. Stacks that are not deployed are left out.
 *
 * @throws CliError where the credentials may not read them, and for a template that is not JSON
 */
export async function deployedStacks(
  names: readonly string[],
  place: OperatorPlace,
): Promise<readonly TemplateSource[]> {
  const { cloudFormation } = connect(place);
  const found = await Promise.all(names.map((name) => deployedStack(name, cloudFormation)));
  return found.filter((each) => each !== undefined);
}

async function deployedStack(name: string, load: Cloud["cloudFormation"]): Promise<TemplateSource | undefined> {
  const { sdk, call } = await load();
  const command = new sdk.GetTemplateCommand({ StackName: name, TemplateStage: "Original" });
  try {
    const { TemplateBody: body = "" } = await call((client, options) => client.send(command, options));
    const json = parseJson(body);
    if (json === undefined) {
      throw new CliError(`the deployed template of ${name} is not JSON: only stacks of the CDK can be compared`);
    }
    return { name, template: readTemplate(json, name) };
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) {
      return undefined;
    }
    if (isDenied(error)) {
      throw new CliError(
        `the deployed template of ${name} cannot be read: check profile and Region, and that cloudformation:GetTemplate is allowed`,
        { exitCode: EXIT.noAccess, cause: error },
      );
    }
    throw error;
  }
}
