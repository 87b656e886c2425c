import { isJsonObject, type Json, type JsonObject, objectOf } from "../../std/index.ts";

/** What the function of a custom resource says about it. */
export interface ResourceResponse {
  readonly physicalResourceId: string | undefined;
  readonly data: Readonly<Record<string, Json>>;
}

/** The function said that it failed, or did not say what it had to. */
export class CustomResourceFailed extends Error {
  override readonly name = "CustomResourceFailed";
}

/**
 * Reads what a function has sent to the address for responses. Source: CloudFormation User Guide, "Custom resource response objects".
 *
 * @throws CustomResourceFailed with its reason
 */
export function readResponse(body: Json | undefined): ResourceResponse {
  if (!isJsonObject(body)) {
    throw new CustomResourceFailed("its response is not a JSON object");
  }
  const { Status, Reason } = body;
  if (Status !== "SUCCESS") {
    throw new CustomResourceFailed(
      typeof Reason === "string" && Reason !== "" ? Reason : `its status is ${String(Status)}`,
    );
  }
  return toResponse(body);
}

/** Reads what a function of the CDK's provider framework returns. */
export function toResponse({ PhysicalResourceId, Data }: JsonObject): ResourceResponse {
  return {
    physicalResourceId:
      typeof PhysicalResourceId === "string" && PhysicalResourceId !== "" ? PhysicalResourceId : undefined,
    data: objectOf(Data),
  };
}
