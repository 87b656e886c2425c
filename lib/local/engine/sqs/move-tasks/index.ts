export { advanceMoveTasks, nextMoveInto } from "./advance.ts";
export { cancelMessageMoveTask, listMessageMoveTasks, startMessageMoveTask } from "./move-tasks.ts";
