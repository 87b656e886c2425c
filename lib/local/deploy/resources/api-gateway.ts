import { rootResourceId } from "../../apis/index.ts";
import { NAME_RULES, physicalName } from "../names.ts";
import { placeholderReference } from "../placeholders/index.ts";
import type { ResourceRequest, ResourceType } from "./resource-type.ts";

/** A REST API; its routes are put together when all its resources are known. */
export const restApi: ResourceType = {
  types: ["AWS::ApiGateway::RestApi"],
  treatment: "recorded",

  async deploy(request) {
    const id = idOf(request);
    return { physicalId: id, attributes: { RestApiId: id, RootResourceId: rootResourceId(id) } };
  },
};

export const httpApi: ResourceType = {
  types: ["AWS::ApiGatewayV2::Api"],
  treatment: "recorded",

  async deploy(request) {
    const id = idOf(request);
    const { region } = request.place;
    const scheme = request.properties.text("ProtocolType") === "WEBSOCKET" ? "wss" : "https";
    return {
      physicalId: id,
      attributes: { ApiId: id, ApiEndpoint: `${scheme}://${id}.execute-api.${region}.amazonaws.com` },
    };
  },
};

/** A stage is known by its name. */
export const apiStage: ResourceType = {
  types: ["AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage"],
  treatment: "recorded",

  async deploy(request) {
    return { physicalId: request.properties.text("StageName") ?? idOf(request), attributes: {} };
  },
};

/** What belongs to an API and has an id of its own. */
export const apiPart: ResourceType = {
  types: [
    "AWS::ApiGateway::Account",
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::Method",
    "AWS::ApiGateway::Model",
    "AWS::ApiGateway::Resource",
    "AWS::ApiGatewayV2::Deployment",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
  ],
  treatment: "recorded",

  async deploy(request) {
    const id = idOf(request);
    return { physicalId: id, attributes: { Id: id, DeploymentId: id, ResourceId: id } };
  },
};

function idOf({ type, place, stackName, logicalId }: ResourceRequest): string {
  return placeholderReference({ type, name: physicalName(stackName, logicalId, NAME_RULES.other), place });
}
