/** What AWS allows, and the errors for what it does not. */

export { checkAtSynthesis, checkNowAndAtSynthesis, throwMade } from "./at-synthesis.ts";
export { checkContract, declaredEvent } from "./contract.ts";
export { addEntrances, atEntrance } from "./entrance.ts";
export { type Identify, identities, identityOf } from "./identity.ts";
export { EVENT_BRIDGE, EVENT_SOURCE, FILTER, LAMBDA, SNS, SQS } from "./limits.ts";
export { nodeVersionOf } from "./runtime.ts";
export { warnOfFullStack } from "./stack-size.ts";
export { resourcesOf, stageOf } from "./stage.ts";
export { refuseNameTwice, refuseTwins } from "./twins.ts";
export {
  checkDuration,
  checkInteger,
  refuse,
  refuseIf,
  refuseOptions,
  refuseSnapshot,
  secondsOf,
} from "./validation.ts";
export { deployed, isObject, numberOf, resolved } from "./values.ts";
