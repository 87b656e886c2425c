export { copyObject } from "./copy.ts";
export { listObjectsV2 } from "./listing.ts";
export {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listParts,
  uploadPart,
} from "./multipart.ts";
export { deleteObject, deleteObjects, getObject, headObject, putObject } from "./objects.ts";
