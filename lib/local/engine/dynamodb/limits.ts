/** Source: Developer Guide, "Quotas in Amazon DynamoDB", and the API Reference of the operations. */
export const LIMITS = {
  /** Bytes of an item: names and values. */
  itemBytes: 400 * 1024,
  /** Bytes that one `Query` or `Scan` reads. */
  pageBytes: 1024 * 1024,
  /** Bytes of the items of one `BatchGetItem`. */
  batchGetBytes: 16 * 1024 * 1024,
  /** Bytes of the items of one transaction. */
  transactionBytes: 4 * 1024 * 1024,
  /** Keys of one `BatchGetItem`. */
  batchGetKeys: 100,
  /** Requests of one `BatchWriteItem`. */
  batchWriteRequests: 25,
  /** Actions of one transaction. */
  transactionActions: 100,
  /** Statements of one `BatchExecuteStatement`. */
  batchStatements: 25,
  /** Bytes of a partition key's value. */
  partitionKeyBytes: 2048,
  /** Bytes of a sort key's value. */
  sortKeyBytes: 1024,
  /** Levels of lists and maps inside each other. */
  nesting: 32,
  /** Bytes of an expression. */
  expressionBytes: 4096,
  /** Operators and functions in one expression. */
  expressionOperators: 300,
  /** Operands of one `IN`. */
  inOperands: 100,
  /** Characters of a PartiQL statement. */
  statementCharacters: 8192,
  globalIndexes: 20,
  localIndexes: 5,
  tags: 50,
  /** How long a client request token makes a repeated transaction succeed without effect, in milliseconds. */
  requestTokenMs: 10 * 60_000,
  /** How long a stream keeps its records, in milliseconds. */
  streamRetentionMs: 24 * 60 * 60_000,
  /** How long a shard iterator is valid, in milliseconds. */
  iteratorMs: 15 * 60_000,
  /** Records of one `GetRecords`. */
  streamRecords: 1000,
  /** Items that expired longer ago than this are not deleted, in milliseconds: five years. */
  expiredAtMostMs: 5 * 365 * 24 * 60 * 60_000,
} as const;
