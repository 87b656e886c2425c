import { CfnResource, Stack, Stage } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { checkNowAndAtSynthesis } from "./at-synthesis.ts";
import { type Problem, refuse } from "./validation.ts";

/** What {@link refuseTwins} takes. */
export interface TwinCheck<Resource extends CfnResource> {
  readonly own: Resource;
  /** Whether another resource is of the same class. */
  readonly isSameType: (other: IConstruct) => other is Resource;
  /** What two resources of the stage must not share; `undefined` if it is not known at synthesis. */
  readonly keyOf: (resource: Resource) => string | undefined;
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

/**
 * Refuses a physical name that another resource of the same type has in the same account and Region.
 *
 * @param perAccount whether names are the account's, in whatever Region
 */
export function refuseNameTwice<Resource extends CfnResource>(
  scope: IConstruct,
  field: string,
  { own, isSameType, keyOf }: Omit<TwinCheck<Resource>, "problem">,
  perAccount = false,
): void {
  const name = keyOf(own);
  refuseTwins(scope, {
    own,
    isSameType,
    keyOf: (resource) => {
      const { account, region } = Stack.of(resource);
      const key = keyOf(resource);
      return key === undefined ? undefined : JSON.stringify([account, perAccount ? "" : region, key]);
    },
    problem: (other) => ({
      field,
      message: `${field} is "${name}", the name of ${other}; two resources cannot have one name`,
      remedy: `give each its own name, or leave ${field} out`,
    }),
  });
}

function findTwin<Resource extends CfnResource>({ own, isSameType, keyOf }: TwinCheck<Resource>): Resource | undefined {
  const key = keyOf(own);
  const stage = Stage.of(own) ?? own.node.root;
  return key === undefined
    ? undefined
    : stage.node
        .findAll()
        .filter((construct) => CfnResource.isCfnResource(construct))
        .filter(isSameType)
        .find((other) => other !== own && keyOf(other) === key);
}
