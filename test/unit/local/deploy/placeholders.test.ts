import { describe, expect, it } from "vitest";
import {
  parameterPlaceholder,
  placeholderAttribute,
  placeholderImport,
  placeholderReference,
  splitPlaceholder,
} from "../../../../lib/local/deploy/placeholders/index.ts";
import { readTemplate } from "../../../../lib/local/deploy/template.ts";

const place = { region: "eu-west-1", accountId: "111122223333" };
const described = (type: string) => ({ type, name: "App-Thing-0123456789ab", place });

describe("splitPlaceholder", () => {
  const unknown = placeholderImport("/central/topic-arn");

  it.each([
    [":", 3, "eu-west-1"],
    [":", 4, "000000000000"],
    [":", 5, unknown],
    ["/", 1, unknown],
    [",", 2, unknown],
  ])("has a part of a split by %s at %d", (delimiter, index, expected) => {
    expect(splitPlaceholder(unknown, delimiter, "eu-west-1")?.[index]).toBe(expected);
  });

  it("leaves known texts, and those that have the delimiter", () => {
    expect(splitPlaceholder("a,b", ",", "eu-west-1")).toBeUndefined();
    expect(splitPlaceholder(unknown, "-", "eu-west-1")).toBeUndefined();
  });
});

describe("placeholderReference", () => {
  it.each([
    ["AWS::EC2::VPC", /^vpc-[0-9a-f]{17}$/],
    ["AWS::EC2::Subnet", /^subnet-[0-9a-f]{17}$/],
    ["AWS::EC2::VPCGatewayAttachment", /^App-Thing-/],
    ["AWS::ApiGateway::RestApi", /^[a-z][a-z0-9]{9}$/],
    ["AWS::Cognito::UserPool", /^eu-west-1_[a-z0-9]{9}$/],
    ["AWS::Cognito::IdentityPool", /^eu-west-1:[0-9a-f-]{36}$/],
    ["AWS::StepFunctions::StateMachine", /^arn:aws:states:eu-west-1:111122223333:stateMachine:App-Thing-/],
    ["AWS::SecretsManager::Secret", /^arn:aws:secretsmanager:eu-west-1:111122223333:secret:App-Thing-/],
    ["AWS::Kinesis::Stream", /^App-Thing-0123456789ab$/],
    ["Custom::Anything", /^App-Thing-0123456789ab$/],
    ["AWS::constructor", /^App-Thing-/],
  ])("%s", (type, expected) => {
    expect(placeholderReference(described(type))).toMatch(expected);
  });

  it("is the same each time, and different for different resources", () => {
    const vpc = described("AWS::EC2::VPC");
    expect(placeholderReference(vpc)).toBe(placeholderReference(vpc));
    expect(placeholderReference({ ...vpc, name: "other" })).not.toBe(placeholderReference(vpc));
  });
});

describe("placeholderAttribute", () => {
  it.each<[string, string, RegExp]>([
    ["AWS::Kinesis::Stream", "Arn", /^arn:aws:kinesis:eu-west-1:111122223333:stream\/App-Thing/],
    ["AWS::Cognito::UserPool", "Arn", /^arn:aws:cognito-idp:eu-west-1:111122223333:userpool\/App-Thing/],
    ["AWS::RDS::DBInstance", "Endpoint.Address", /^[a-z0-9]+\.rds\.eu-west-1\.invalid$/],
    ["AWS::RDS::DBInstance", "Endpoint.Port", /^443$/],
    ["AWS::AppSync::GraphQLApi", "GraphQLUrl", /^https:\/\/[a-z0-9]+\.appsync\.eu-west-1\.invalid$/],
    ["AWS::CloudFront::Distribution", "DomainName", /^[a-z0-9]+\.cloudfront\.eu-west-1\.invalid$/],
    ["AWS::ElasticLoadBalancingV2::LoadBalancer", "DNSName", /\.invalid$/],
    ["AWS::EC2::VPC", "DefaultSecurityGroup", /^sg-[0-9a-f]{17}$/],
    ["AWS::EC2::SecurityGroup", "GroupId", /^sg-[0-9a-f]{17}$/],
    ["AWS::EC2::VPC", "CidrBlock", /^10\.0\.0\.0\/16$/],
    ["AWS::ApiGateway::RestApi", "RootResourceId", /^[a-z0-9]{10}$/],
    ["AWS::CloudFormation::Stack", "Outputs.TableArn", /^arn:aws:cloudformation:/],
    ["Custom::Thing", "SomethingElse", /^App-Thing-0123456789ab-SomethingElse$/],
  ])("%s has %s", (type, attribute, expected) => {
    expect(placeholderAttribute(described(type), attribute)).toMatch(expected);
  });

  it.each(["NameServers", "Ipv6CidrBlocks", "NetworkInterfaceIds", "DnsEntries", "CidrBlockAssociations"])(
    "%s is a list from which templates can select",
    (attribute) => {
      const value = placeholderAttribute(described("AWS::EC2::VPC"), attribute);
      expect(value).toEqual([expect.any(String), expect.any(String), expect.any(String)]);
    },
  );

  it("gives an ARN and a URL that can be split as AWS's can", () => {
    expect(String(placeholderAttribute(described("AWS::ECS::Cluster"), "Arn")).split(":")).toHaveLength(6);
    expect(
      String(placeholderAttribute(described("AWS::AppSync::GraphQLApi"), "GraphQLUrl")).split("/")[2],
    ).toBeTruthy();
  });
});

describe("parameterPlaceholder", () => {
  const of = (definition: Record<string, string | number | string[]>, name = "Parameter") => {
    const template = readTemplate({ Parameters: { [name]: definition } }, "App");
    const parameter = template.parameters.get(name);
    return parameter === undefined ? undefined : parameterPlaceholder(name, parameter, place);
  };

  it.each([
    [{ Type: "String" }, /^placeholder-parameter$/],
    [{ Type: "String", AllowedValues: ["b", "a"] }, /^b$/],
    [{ Type: "Number" }, /^1$/],
    [{ Type: "Number", MinValue: "30" }, /^30$/],
    [{ Type: "CommaDelimitedList" }, /^placeholder-parameter,/],
    [{ Type: "List<AWS::EC2::Subnet::Id>" }, /^subnet-[0-9a-f]{17},subnet-/],
    [{ Type: "AWS::EC2::VPC::Id" }, /^vpc-[0-9a-f]{17}$/],
    [{ Type: "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>" }, /^ami-[0-9a-f]{17}$/],
    [{ Type: "AWS::EC2::AvailabilityZone::Name" }, /^eu-west-1a$/],
    [{ Type: "String", AllowedPattern: "[^@]+@[^@]+\\.[a-z]+" }, /^placeholder@example\.com$/],
    [{ Type: "String", AllowedPattern: "\\d{12}" }, /^123456789012$/],
    [{ Type: "String", MinLength: 40 }, /^placeholder-parameterx+$/],
    [{ Type: "String", MaxLength: 3 }, /^pla$/],
    [{ Type: "String", AllowedPattern: "(?<!broken" }, /^placeholder-parameter$/],
  ])("%j", (definition, expected) => {
    expect(of(definition)).toMatch(expected);
  });

  it("of an e-mail address is one", () => {
    expect(of({ Type: "String" }, "AdminEmail")).toBe("placeholder@example.com");
  });
});
