export { type PolicyDocument, parsePolicy, permissionStatement, writePolicy } from "./document.ts";
export { evaluatePolicy, type PolicyDecision, type PolicyRequest, type Requester } from "./evaluate.ts";
