export { getObjectAttributes } from "./attributes.ts";
export { copyObject } from "./copy.ts";
export { listObjects, listObjectsV2 } from "./listing.ts";
export { abortMultipartUpload, completeMultipartUpload, createMultipartUpload, uploadPart } from "./multipart.ts";
export { deleteObjectTagging, getObjectTagging, putObjectTagging } from "./object-tags.ts";
export { deleteObject, deleteObjects, getObject, headObject, putObject } from "./objects.ts";
export { uploadPartCopy } from "./part-copy.ts";
export { listMultipartUploads, listParts } from "./upload-listing.ts";
