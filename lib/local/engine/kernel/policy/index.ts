export { type PolicyDocument, parsePolicy, permissionStatement, writePolicy } from "./document.ts";
export { evaluatePolicy, type Requester } from "./evaluate.ts";
export { matchesPattern } from "./pattern.ts";
