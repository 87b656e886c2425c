import { CfnResource, Stage } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** Returns the stage of a construct, or the app: what is synthesized together. */
export function stageOf(scope: IConstruct): IConstruct {
  return Stage.of(scope) ?? scope.node.root;
}

/** Returns all resources of the stage of a construct. */
export function resourcesOf(scope: IConstruct): CfnResource[] {
  return stageOf(scope)
    .node.findAll()
    .filter((each) => CfnResource.isCfnResource(each));
}
