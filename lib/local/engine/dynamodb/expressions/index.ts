export { applyUpdate } from "./apply-update.ts";
export type { Comparator, Condition, NewValue, Operand, Path, UpdateAction } from "./ast.ts";
export { holds } from "./evaluate.ts";
export {
  type ExpressionInput,
  readExpressions,
  refuseFilterOnKeys,
} from "./expressions.ts";
export type { KeyTest } from "./key-condition.ts";
export { project } from "./paths.ts";
