import { type CfnResource, Stack, Token } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { checkNowAndAtSynthesis } from "./at-synthesis.ts";
import { type Identify, identities } from "./identity.ts";
import { resourcesOf } from "./stage.ts";
import { type Problem, refuse } from "./validation.ts";

/** What {@link refuseTwins} takes. */
export interface TwinCheck<Resource extends CfnResource> {
  readonly own: Resource;
  /** Whether another resource is of the same class. */
  readonly isSameType: (other: IConstruct) => other is Resource;
  /** What two resources of the stage must not share; `undefined` if it is not known at synthesis. */
  readonly keyOf: (resource: Resource, identify: Identify) => string | undefined;
  /** Describes the problem, given the path of the other resource. */
  readonly problem: (other: string) => Problem;
}

/**
 * Refuses a second resource with the same key, also one that was not created by Fanfare. The check runs now, and again at synthesis
 * for what is added later.
 */
export function refuseTwins<Resource extends CfnResource>(scope: IConstruct, check: TwinCheck<Resource>): void {
  checkNowAndAtSynthesis(scope, () => {
    const twin = findTwin(check);
    if (twin !== undefined) {
      refuse(scope, check.problem(twin.node.path));
    }
  });
}

/** What {@link refuseNameTwice} takes. */
export interface NameCheck<Resource extends CfnResource> {
  /** The L1 construct that has the name. */
  readonly own: IConstruct | undefined;
  /** Whether another resource is of the same class. */
  readonly isSameType: (other: IConstruct) => other is Resource;
  readonly nameOf: (resource: Resource) => string | undefined;
  /** Where a name must be unique: in a Region of an account, or in all Regions of an account. */
  readonly within: "region" | "account";
}

/** Refuses a physical name that another resource of the same type has. Names that are known only at deployment pass. */
export function refuseNameTwice<Resource extends CfnResource>(
  scope: IConstruct,
  field: string,
  { own, isSameType, nameOf, within }: NameCheck<Resource>,
): void {
  if (own === undefined || !isSameType(own)) {
    return;
  }
  refuseTwins(scope, {
    own,
    isSameType,
    keyOf: (resource) => {
      const { account, region } = Stack.of(resource);
      const name = nameOf(resource);
      const isKnown = name !== undefined && !Token.isUnresolved(name);
      return isKnown ? JSON.stringify([account, within === "region" ? region : "", name]) : undefined;
    },
    problem: (other) => ({
      field,
      message: `${field} is "${nameOf(own)}", the name of ${other}; two resources cannot have one name`,
      remedy: `give each its own name, or leave ${field} out`,
    }),
  });
}

function findTwin<Resource extends CfnResource>({ own, isSameType, keyOf }: TwinCheck<Resource>): Resource | undefined {
  const identify = identities(own);
  const key = keyOf(own, identify);
  return key === undefined
    ? undefined
    : resourcesOf(own)
        .filter(isSameType)
        .find((other) => other !== own && keyOf(other, identify) === key);
}
