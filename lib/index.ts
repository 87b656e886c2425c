export {
  type Codec,
  type CodecEvent,
  type ConsumeOptions,
  consume,
  type DeadLetterQueue,
  type EventInfo,
  type Guarantee,
  type HandlerContext,
  type Handlers,
  type InvocationContext,
  type Logger,
  plainJson,
  type SqsBatchResponse,
  type SqsEvent,
  type SqsHandler,
  type SqsRecord,
} from "./consume/index.ts";
export {
  type AnyContract,
  type Attributes,
  type AttributeValue,
  type Contract,
  type ContractEvent,
  defineContract,
  type EventDefinition,
  type EventName,
  type EventOptions,
  type Events,
  event,
  type OlderData,
  type Payload,
  type PayloadInput,
  type RoutingAttributes,
  type Where,
} from "./contract/index.ts";
export { FanfareError, type FanfareErrorCode, isFanfareError, PermanentError, RetryError } from "./errors/index.ts";
export {
  type Claim,
  type ClaimOutcome,
  type ClaimRequest,
  dynamoDbStore,
  type IdempotencyStore,
  type SettleOutcome,
} from "./idempotency/index.ts";
export { type PayloadStore, s3PayloadStore } from "./payload/index.ts";
export {
  createPublisher,
  PublishError,
  type Published,
  type Publisher,
  type PublisherOptions,
  type PublishOptions,
} from "./publish/index.ts";
