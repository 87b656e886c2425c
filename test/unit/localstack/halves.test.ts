import { describe, expect, it } from "vitest";
import { cutTemplate } from "../../localstack/cdk/halves.ts";

const TEMPLATE = {
  Resources: {
    Queue: { Type: "AWS::SQS::Queue", Properties: {} },
    Role: { Type: "AWS::IAM::Role", Properties: {} },
    Table: { Type: "AWS::DynamoDB::Table", Properties: {} },
    Policy: {
      Type: "AWS::IAM::Policy",
      Properties: { Roles: [{ Ref: "Role" }], Resource: { "Fn::GetAtt": ["Table", "Arn"] } },
    },
    Function: {
      Type: "AWS::Lambda::Function",
      DependsOn: ["Policy", "Role"],
      Properties: {
        Role: { "Fn::GetAtt": ["Role", "Arn"] },
        Environment: {
          Variables: { TABLE: { Ref: "Table" }, URLS: { "Fn::Join": ["", ["<", { Ref: "Queue" }, ">"]] } },
        },
      },
    },
    Alarm: { Type: "AWS::CloudWatch::Alarm", Properties: { Name: { Ref: "Function" } } },
    Dashboard: { Type: "AWS::CloudWatch::Dashboard", Properties: { Body: { Ref: "Alarm" } } },
    Bucket: { Type: "AWS::S3::Bucket", DependsOn: "Function", Properties: { Region: { Ref: "AWS::Region" } } },
  },
  Outputs: { QueueUrl: { Value: { Ref: "Queue" } }, TableName: { Value: { Ref: "Table" } } },
};

const LOCAL = new Set(["AWS::Lambda::Function", "AWS::DynamoDB::Table"]);

describe("cutTemplate", () => {
  const halves = cutTemplate(TEMPLATE, LOCAL);

  it("leaves out local resources and everything that needs one of them, over several steps", () => {
    expect(Object.keys(halves.deployed.Resources ?? {})).toEqual(["Queue", "Role", "Bucket"]);
    expect(halves.left.map(({ logicalId }) => logicalId).sort()).toEqual([
      "Alarm",
      "Dashboard",
      "Function",
      "Policy",
      "Table",
    ]);
  });

  it("drops a dependency on what was left out, and not the resource that has it", () => {
    expect(halves.deployed.Resources).toHaveProperty("Bucket");
    expect(halves.deployed.Resources).not.toHaveProperty("Bucket.DependsOn");
  });

  it("adds an output for each reference that crosses the cut, and keeps the outputs that can be resolved", () => {
    expect(halves.deployed.Outputs).toEqual({
      QueueUrl: { Value: { Ref: "Queue" } },
      LocalRoleArn: { Value: { "Fn::GetAtt": ["Role", "Arn"] } },
      LocalQueue: { Value: { Ref: "Queue" } },
    });
  });

  it("binds the local half to the outputs of the deployed one", () => {
    const local = halves.local({ QueueUrl: "https://q", LocalRoleArn: "arn:role", LocalQueue: "https://q" });
    expect(Object.keys(local.Resources ?? {})).toEqual(["Table", "Function"]);
    expect(local.Resources).toMatchObject({
      Function: {
        Properties: {
          Role: "arn:role",
          Environment: { Variables: { TABLE: { Ref: "Table" }, URLS: { "Fn::Join": ["", ["<", "https://q", ">"]] } } },
        },
      },
    });
    expect(local.Resources).not.toHaveProperty("Function.DependsOn");
    expect(local.Outputs).toMatchObject({ TableName: { Value: { Ref: "Table" } }, QueueUrl: { Value: "https://q" } });
  });

  it("changes nothing in the template that it was given", () => {
    const copy = structuredClone(TEMPLATE);
    cutTemplate(copy, LOCAL).local({ LocalRoleArn: "x", LocalQueue: "y" });
    expect(copy).toEqual(TEMPLATE);
  });
});
