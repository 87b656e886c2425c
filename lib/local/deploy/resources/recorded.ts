import type { Json } from "../../../std/index.ts";
import { NESTED_STACK } from "../assembly.ts";
import { NAME_RULES, type NameRule } from "../names.ts";
import { arn, type ResourceRequest, type ResourceResult, type ResourceType } from "./resource-type.ts";

/**
 * Resources that nothing local depends on: permissions, alarms, keys, logs. They get the id and the attributes that the
 * rest of the template may ask for. Signatures are not checked and data is not encrypted locally.
 */
export const recorded: readonly ResourceType[] = [
  named(["AWS::IAM::Role"], "RoleName", NAME_RULES.role, (name, { place }) => ({
    Arn: `arn:aws:iam::${place.accountId}:role/${name}`,
    RoleId: "AROALOCAL",
  })),
  named(["AWS::IAM::User"], "UserName", NAME_RULES.role, (name, { place }) => ({
    Arn: `arn:aws:iam::${place.accountId}:user/${name}`,
  })),
  named(["AWS::IAM::Policy", "AWS::IAM::RolePolicy"], "PolicyName", NAME_RULES.other, (name) => ({ Id: name })),
  {
    types: ["AWS::IAM::ManagedPolicy"],
    treatment: "recorded",
    deploy: async (request) => {
      const name = request.physicalName("ManagedPolicyName", NAME_RULES.other);
      const policyArn = `arn:aws:iam::${request.place.accountId}:policy/${name}`;
      return { physicalId: policyArn, attributes: { PolicyArn: policyArn } };
    },
  },
  named(["AWS::Logs::LogGroup"], "LogGroupName", NAME_RULES.logGroup, (name, { place }) => ({
    Arn: arn("logs", place, `log-group:${name}:*`),
  })),
  named(
    ["AWS::Logs::MetricFilter", "AWS::Logs::QueryDefinition", "AWS::Logs::ResourcePolicy", "Custom::LogRetention"],
    "LogGroupName",
    NAME_RULES.other,
    (name, { place }) => ({ LogGroupName: name, LogGroupArn: arn("logs", place, `log-group:${name}:*`) }),
  ),
  named(
    ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"],
    "AlarmName",
    NAME_RULES.other,
    (name, request) => ({
      Arn: arn("cloudwatch", request.place, `alarm:${name}`),
    }),
  ),
  named(["AWS::CloudWatch::Dashboard"], "DashboardName", NAME_RULES.other, () => ({})),
  named(["AWS::KMS::Key"], "Id", NAME_RULES.other, (name, { place }) => ({
    Arn: arn("kms", place, `key/${name}`),
    KeyId: name,
  })),
  named(["AWS::KMS::Alias"], "AliasName", NAME_RULES.other, () => ({})),
  named(["AWS::SSM::Parameter"], "Name", NAME_RULES.other, (_name, { properties }) => ({
    Type: properties.text("Type") ?? "String",
    Value: properties.text("Value") ?? "",
  })),
  named(["AWS::Lambda::Permission", "AWS::Lambda::LayerVersionPermission"], "Id", NAME_RULES.other, (name) => ({
    Id: name,
  })),
  named(["AWS::CDK::Metadata", "AWS::CloudFormation::WaitConditionHandle"], "Id", NAME_RULES.other, () => ({})),
  named(
    ["Custom::S3AutoDeleteObjects", "Custom::ECRAutoDeleteImages", "Custom::AWSCDK-EcrRepositoryDeletion"],
    "Id",
    NAME_RULES.other,
    () => ({}),
  ),
  {
    types: [NESTED_STACK],
    treatment: "recorded",
    deploy: async ({ place, stackName, logicalId, isNestedStack, leaveOut }) => {
      if (!isNestedStack) {
        leaveOut("Nested stacks whose template is not an asset of the app", "their resources do not exist");
      }
      return { physicalId: arn("cloudformation", place, `stack/${stackName}-${logicalId}/local`), attributes: {} };
    },
  },
  {
    // `stack.toJsonString()` of values with lists of tokens: the custom resource returns the string.
    types: ["Custom::AWSCDKCfnJsonStringify"],
    treatment: "recorded",
    deploy: async ({ properties, stackName, logicalId }) => ({
      physicalId: `${stackName}-${logicalId}`,
      attributes: { Value: JSON.stringify(properties.values.Value ?? null) },
    }),
  },
];

function named(
  types: readonly string[],
  nameProperty: string,
  rule: NameRule,
  attributes: (name: string, request: ResourceRequest) => Readonly<Record<string, Json>>,
): ResourceType {
  return {
    types,
    treatment: "recorded",
    deploy: async (request): Promise<ResourceResult> => {
      const name = request.physicalName(nameProperty, rule);
      return { physicalId: name, attributes: attributes(name, request) };
    },
  };
}
