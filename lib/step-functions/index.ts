/** For handlers that respond to Step Functions: `import { taskOf } from "fanfare/step-functions"`. No other entry point contains it. */
export type { SendOptions, TaskClient } from "../aws/index.ts";
export { type Task, type TaskMessage, type TaskOptions, taskOf } from "./task.ts";
