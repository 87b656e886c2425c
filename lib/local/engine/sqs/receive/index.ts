export { changeMessageVisibility, changeMessageVisibilityBatch, deleteMessage, deleteMessageBatch } from "./handles.ts";
export { receiveMessage } from "./receive.ts";
