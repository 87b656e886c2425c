export { batchGetItem, batchWriteItem } from "./batch.ts";
export { Consumptions, readUnits } from "./capacity.ts";
export { type Page, readPage } from "./page.ts";
export { query } from "./query.ts";
export { scan } from "./scan.ts";
export { deleteItem, getItem, putItem, updateItem } from "./single.ts";
export { type Source, sourceOf } from "./source.ts";
export {
  checkOnly,
  deleteWrite,
  perform,
  putting,
  putWrite,
  required,
  updateWrite,
  updating,
  type Write,
  type Written,
} from "./write.ts";
