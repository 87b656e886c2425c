import { type Api, collectApis } from "../apis/index.ts";
import type { DeployedResource } from "./deployment.ts";
import type { LeftOutList } from "./left-out.ts";

/** The APIs that the deployed resources make up. */
export function apisOf(resources: readonly DeployedResource[], leftOut: LeftOutList): readonly Api[] {
  const given = resources.map(({ type, stackName, logicalId, physicalId, properties, place }) => ({
    type,
    title: `${stackName}/${logicalId}`,
    physicalId,
    values: properties.values,
    accountId: place.accountId,
  }));
  return collectApis(given, (what, meaning, title) => leftOut.add(what, meaning, title));
}
