import { functionNameOf } from "../../lambda/index.ts";
import type { ResourceType } from "./resource-type.ts";

/** A function URL: plain HTTP at the server, below a path of its own. Nobody is authorized. */
export const functionUrl: ResourceType = {
  types: ["AWS::Lambda::Url"],
  treatment: "recorded",

  async deploy({ properties, endpoint, place, leaveOut }) {
    const functionArn = properties.requiredText("TargetFunctionArn");
    const name = functionNameOf(functionArn);
    if (properties.text("AuthType") === "AWS_IAM") {
      leaveOut("Function URLs with IAM", "they answer everyone");
    }
    return {
      physicalId: functionArn.startsWith("arn:")
        ? functionArn
        : `arn:aws:lambda:${place.region}:${place.accountId}:function:${name}`,
      attributes: { FunctionArn: functionArn, FunctionUrl: `${endpoint}/_fanfare/functions/${name}/` },
    };
  },
};
