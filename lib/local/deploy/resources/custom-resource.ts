import { LocalError } from "../../common/index.ts";
import { CustomResourceFailed, type ResourceEvent } from "../../custom-resources/index.ts";
import { meaningOf } from "../left-out.ts";
import { NAME_RULES, physicalName } from "../names.ts";
import type { ResourceRequest, ResourceResult, ResourceType } from "./resource-type.ts";

/** The type of custom resources without a type of their own. */
const PLAIN_TYPE = "AWS::CloudFormation::CustomResource";

/** Types of the CDK's own custom resources. They make calls to services that are not here, or copy what is here already. */
const OF_THE_CDK =
  /^Custom::(?:AWS$|AWSCDK|CDKBucketDeployment|CrossRegionString|VpcRestrictDefaultSG|DynamoDBReplica|S3|LogRetention|ECR|CertificateRequestor|EventBridgePut)/;

/** The function behind `AwsCustomResource`, whose type the user may name. */
const AWS_CALLS = "AWS679f53fac002430cb0da5b7982bd2287";

/** Whether a function of the user makes a custom resource: it is called. */
export function isCustom(type: string, serviceToken: string): boolean {
  return (
    (type === PLAIN_TYPE || type.startsWith("Custom::")) &&
    !OF_THE_CDK.test(type) &&
    // A physical name may have only the start of the logical id.
    !serviceToken.includes(AWS_CALLS.slice(0, 12))
  );
}

/** A custom resource with a function of the app. One whose function fails is left out: its attributes are placeholders. */
export const customResource: ResourceType = {
  types: [PLAIN_TYPE],
  treatment: "created",

  async deploy(request) {
    const { previous, customResources, properties } = request;
    if (customResources === undefined || !request.knowsFunction(properties.requiredText("ServiceToken"))) {
      request.leaveOut(request.type, meaningOf("Custom::"));
      return leftOut(request);
    }
    try {
      const { physicalResourceId, data } = await customResources.run(eventOf(request));
      // Without an id CloudFormation takes the name of the function's log stream.
      return { physicalId: physicalResourceId ?? previous?.physicalId ?? defaultId(request), attributes: data };
    } catch (error) {
      if (!(error instanceof CustomResourceFailed || error instanceof LocalError)) {
        throw error;
      }
      request.leaveOut("Custom resources whose function failed", `their attributes are placeholders: ${error.message}`);
      return leftOut(request);
    }
  },

  async remove({ physicalId, properties, stackName, logicalId, type, treatment }, _clients, customResources) {
    if (treatment === "created") {
      await customResources?.run({
        requestType: "Delete",
        resourceType: type,
        logicalResourceId: logicalId,
        stackId: stackName,
        physicalResourceId: physicalId,
        properties: properties.values,
        oldProperties: undefined,
      });
    }
  },
};

function eventOf({ type, logicalId, stackName, properties, previous }: ResourceRequest): ResourceEvent {
  return {
    requestType: previous === undefined ? "Create" : "Update",
    resourceType: type,
    logicalResourceId: logicalId,
    stackId: stackName,
    physicalResourceId: previous?.physicalId,
    properties: properties.values,
    oldProperties: previous?.properties.values,
  };
}

function leftOut(request: ResourceRequest): ResourceResult {
  return { physicalId: request.previous?.physicalId ?? defaultId(request), attributes: {}, isPlaceholder: true };
}

function defaultId({ stackName, logicalId }: ResourceRequest): string {
  return physicalName(stackName, logicalId, NAME_RULES.other);
}
