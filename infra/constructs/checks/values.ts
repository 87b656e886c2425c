import { type CfnResource, Stack, Token } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** Whether a value is an object whose properties can be read; lists are not. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns a value of a construct as its template will have it. */
export function resolved(construct: IConstruct, value: unknown): unknown {
  return Stack.of(construct).resolve(value);
}

/**
 * Returns the properties of a resource as its template will have them, under the names of the template, including what escape hatches such as
 * `addPropertyOverride` set. The code of a function must be bundled by then: call this for a function at synthesis only.
 */
export function deployed(resource: CfnResource): Readonly<Record<string, unknown>> {
  // CDK keeps overrides to itself, and applies them where it writes a template. Its declarations leave that method out.
  const write: unknown = Reflect.get(resource, "_toCloudFormation");
  if (typeof write !== "function") {
    throw new TypeError(
      "Fanfare cannot read the resources of this version of aws-cdk-lib: use an earlier minor version",
    );
  }
  const template: unknown = resolved(resource, write.call(resource));
  const resources = isObject(template) && isObject(template.Resources) ? Object.values(template.Resources) : [];
  const [written] = resources.filter(isObject);
  return isObject(written?.Properties) ? written.Properties : {};
}

/** Returns a number of a template, as a token if it is known only at deployment; `undefined` if there is none. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" ? Number(value) : value;
  return number === undefined || typeof number === "number" ? number : Token.asNumber(number);
}
