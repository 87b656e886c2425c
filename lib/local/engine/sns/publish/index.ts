export {
  type PublicationOutcome,
  publish,
  publishAsService,
  publishBatch,
  type ServicePublication,
} from "./publish.ts";
