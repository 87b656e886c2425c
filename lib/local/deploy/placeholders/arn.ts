import type { Place } from "../../common/index.ts";

/** Services whose name in ARNs differs from that in types. Source: Service Authorization Reference. */
const SERVICES: Readonly<Record<string, string>> = {
  ApiGatewayV2: "apigateway",
  ApplicationAutoScaling: "application-autoscaling",
  CertificateManager: "acm",
  Cognito: "cognito-idp",
  ElasticLoadBalancing: "elasticloadbalancing",
  ElasticLoadBalancingV2: "elasticloadbalancing",
  Elasticsearch: "es",
  KinesisFirehose: "firehose",
  MSK: "kafka",
  OpenSearchService: "es",
  StepFunctions: "states",
};

/** How some services write the kind of a resource in its ARN, where it is not the name of the type. */
const KINDS: Readonly<Record<string, string>> = {
  "AWS::CodePipeline::Pipeline": "",
  "AWS::Cognito::UserPool": "userpool/",
  "AWS::ECR::Repository": "repository/",
  "AWS::Events::EventBus": "event-bus/",
  "AWS::Kinesis::Stream": "stream/",
  "AWS::KinesisFirehose::DeliveryStream": "deliverystream/",
  "AWS::RDS::DBCluster": "cluster:",
  "AWS::RDS::DBInstance": "db:",
  "AWS::SecretsManager::Secret": "secret:",
  "AWS::StepFunctions::Activity": "activity:",
  "AWS::StepFunctions::StateMachine": "stateMachine:",
};

/** The service of a type as ARNs and host names have it: `states` for `AWS::StepFunctions::StateMachine`. */
export function serviceOf(type: string): string {
  const [, service = ""] = type.split("::");
  return (Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined) ?? (service.toLowerCase() || "local");
}

/** An ARN in the form that the type has. */
export function placeholderArn({ type, name, place }: { type: string; name: string; place: Place }): string {
  const kind = (Object.hasOwn(KINDS, type) ? KINDS[type] : undefined) ?? `${type.split("::").at(-1)?.toLowerCase()}/`;
  return `arn:aws:${serviceOf(type)}:${place.region}:${place.accountId}:${kind}${name}`;
}
