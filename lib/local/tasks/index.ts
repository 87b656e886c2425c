/** Tasks of Step Functions, as far as consumers see them: their responses. */
export { TaskLog, type TaskResponse } from "./task-log.ts";
