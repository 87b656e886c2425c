import { objectOf } from "../../../std/index.ts";
import type { ResourceType } from "./resource-type.ts";

/** The custom resource that stores the exports of a stack in the Parameter Store of another Region. */
export const EXPORT_WRITER = "Custom::CrossRegionExportWriter";

/**
 * References between stacks of different Regions (`crossRegionReferences` of the CDK). On AWS, functions of the CDK copy the values through
 * the Parameter Store; here the values are the attributes of both resources.
 */
export const crossRegionReferences: readonly ResourceType[] = [
  passing(EXPORT_WRITER, "WriterProps", "exports"),
  passing("Custom::CrossRegionExportReader", "ReaderProps", "imports"),
];

function passing(type: string, property: string, values: string): ResourceType {
  return {
    types: [type],
    treatment: "recorded",
    deploy: async ({ properties, logicalId }) => ({
      physicalId: logicalId,
      attributes: { ...objectOf(objectOf(properties.values[property])[values]) },
    }),
  };
}
