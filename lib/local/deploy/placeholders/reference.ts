import type { Place } from "../../common/index.ts";
import { placeholderArn } from "./arn.ts";
import { hexId, uuidOf, wordId } from "./identifiers.ts";

/** What a placeholder is made from. */
export interface Described {
  /** `AWS::EC2::VPC` */
  readonly type: string;
  /** A name that is unique in the app and stays the same. */
  readonly name: string;
  readonly place: Place;
}

/** Prefixes of the ids of Amazon EC2. Source: EC2 User Guide, "Resource IDs". */
const EC2_PREFIXES: Readonly<Record<string, string>> = {
  EgressOnlyInternetGateway: "eigw",
  FlowLog: "fl",
  Image: "ami",
  Instance: "i",
  InternetGateway: "igw",
  LaunchTemplate: "lt",
  NatGateway: "nat",
  NetworkAcl: "acl",
  NetworkInterface: "eni",
  RouteTable: "rtb",
  SecurityGroup: "sg",
  Subnet: "subnet",
  TransitGateway: "tgw",
  Volume: "vol",
  VPC: "vpc",
  VPCEndpoint: "vpce",
};

/** Types whose `Ref` is neither a name nor an ARN. Source: "Return values" of each type in the CloudFormation reference. */
const IDS: Readonly<Record<string, (described: Described) => string>> = {
  "AWS::ApiGateway::Deployment": ({ name }) => wordId(name, 6),
  "AWS::ApiGateway::Resource": ({ name }) => wordId(name, 6),
  "AWS::ApiGateway::RestApi": ({ name }) => wordId(name, 10),
  "AWS::ApiGatewayV2::Api": ({ name }) => wordId(name, 10),
  "AWS::AppConfig::Application": ({ name }) => wordId(name, 7),
  "AWS::CloudFront::Distribution": ({ name }) => `E${wordId(name, 13).toUpperCase()}`,
  "AWS::Cognito::IdentityPool": ({ name, place }) => `${place.region}:${uuidOf(name)}`,
  "AWS::Cognito::UserPool": ({ name, place }) => `${place.region}_${wordId(name, 9)}`,
  "AWS::Cognito::UserPoolClient": ({ name }) => wordId(name, 26),
  "AWS::EC2::EIP": () => "192.0.2.1",
  "AWS::EFS::FileSystem": ({ name }) => `fs-${hexId(name, 17)}`,
  "AWS::EFS::AccessPoint": ({ name }) => `fsap-${hexId(name, 17)}`,
  "AWS::Route53::HostedZone": ({ name }) => `Z${wordId(name, 20).toUpperCase()}`,
};

/** Types whose `Ref` is the ARN. */
const ARN_TYPES: ReadonlySet<string> = new Set([
  "AWS::AppSync::GraphQLApi",
  "AWS::CertificateManager::Certificate",
  "AWS::ECS::Service",
  "AWS::ECS::TaskDefinition",
  "AWS::ElasticLoadBalancingV2::Listener",
  "AWS::ElasticLoadBalancingV2::ListenerRule",
  "AWS::ElasticLoadBalancingV2::LoadBalancer",
  "AWS::ElasticLoadBalancingV2::TargetGroup",
  "AWS::MSK::Cluster",
  "AWS::SecretsManager::Secret",
  "AWS::StepFunctions::Activity",
  "AWS::StepFunctions::StateMachine",
  "AWS::StepFunctions::StateMachineAlias",
  "AWS::StepFunctions::StateMachineVersion",
]);

/** The value of `Ref` for a resource that does not exist locally: an id, an ARN or a name, whichever its type has. */
export function placeholderReference(described: Described): string {
  const { type, name } = described;
  const id = Object.hasOwn(IDS, type) ? IDS[type] : undefined;
  if (id !== undefined) {
    return id(described);
  }
  if (ARN_TYPES.has(type)) {
    return placeholderArn(described);
  }
  return type.startsWith("AWS::EC2::") ? ec2Id(type.slice("AWS::EC2::".length), name) : name;
}

/** `vpc-0123456789abcdef0` for `VPC`; the name itself for what has no such id. */
export function ec2Id(kind: string, seed: string): string {
  const prefix = Object.hasOwn(EC2_PREFIXES, kind) ? EC2_PREFIXES[kind] : undefined;
  return prefix === undefined ? seed : `${prefix}-${hexId(seed, 17)}`;
}
