import protobuf from "protobufjs";

/**
 * The messages of google.firestore.v1 that official clients exchange for what the sandbox serves, and the data of
 * Firestore's events: names, numbers and types of their fields as Google's reference gives them. A field that is not
 * here is passed over, except where its presence must be refused (findNearest, explainOptions).
 */
const messages = `
  syntax = "proto3";
  message Timestamp { int64 seconds = 1; int32 nanos = 2; }
  message LatLng { double latitude = 1; double longitude = 2; }
  message Status { int32 code = 1; string message = 2; }
  message Int32Value { int32 value = 1; }
  message Int64Value { int64 value = 1; }
  message Empty {}
  enum NullValue { NULL_VALUE = 0; }

  message Document {
    string name = 1; map<string, Value> fields = 2; Timestamp createTime = 3; Timestamp updateTime = 4;
  }
  message Value {
    oneof valueType {
      NullValue nullValue = 11; bool booleanValue = 1; int64 integerValue = 2; double doubleValue = 3;
      Timestamp timestampValue = 10; string stringValue = 17; bytes bytesValue = 18; string referenceValue = 5;
      LatLng geoPointValue = 8; ArrayValue arrayValue = 9; MapValue mapValue = 6;
    }
  }
  message ArrayValue { repeated Value values = 1; }
  message MapValue { map<string, Value> fields = 1; }
  message DocumentMask { repeated string fieldPaths = 1; }
  message Precondition { oneof conditionType { bool exists = 1; Timestamp updateTime = 2; } }
  message TransactionOptions {
    message ReadWrite { bytes retryTransaction = 1; }
    message ReadOnly { Timestamp readTime = 2; }
    oneof mode { ReadOnly readOnly = 2; ReadWrite readWrite = 3; }
  }

  message FieldTransform {
    enum ServerValue { SERVER_VALUE_UNSPECIFIED = 0; REQUEST_TIME = 1; }
    string fieldPath = 1;
    oneof transformType {
      ServerValue setToServerValue = 2; Value increment = 3; Value maximum = 4; Value minimum = 5;
      ArrayValue appendMissingElements = 6; ArrayValue removeAllFromArray = 7;
    }
  }
  message DocumentTransform { string document = 1; repeated FieldTransform fieldTransforms = 2; }
  message Write {
    oneof operation { Document update = 1; string delete = 2; DocumentTransform transform = 6; }
    DocumentMask updateMask = 3; repeated FieldTransform updateTransforms = 7; Precondition currentDocument = 4;
  }
  message WriteResult { Timestamp updateTime = 1; repeated Value transformResults = 2; }

  message FieldReference { string fieldPath = 2; }
  message CollectionSelector { string collectionId = 2; bool allDescendants = 3; }
  message Filter {
    oneof filterType { CompositeFilter compositeFilter = 1; FieldFilter fieldFilter = 2; UnaryFilter unaryFilter = 3; }
  }
  message CompositeFilter {
    enum Operator { OPERATOR_UNSPECIFIED = 0; AND = 1; OR = 2; }
    Operator op = 1; repeated Filter filters = 2;
  }
  message FieldFilter {
    enum Operator {
      OPERATOR_UNSPECIFIED = 0; LESS_THAN = 1; LESS_THAN_OR_EQUAL = 2; GREATER_THAN = 3; GREATER_THAN_OR_EQUAL = 4;
      EQUAL = 5; NOT_EQUAL = 6; ARRAY_CONTAINS = 7; IN = 8; ARRAY_CONTAINS_ANY = 9; NOT_IN = 10;
    }
    FieldReference field = 1; Operator op = 2; Value value = 3;
  }
  message UnaryFilter {
    enum Operator { OPERATOR_UNSPECIFIED = 0; IS_NAN = 2; IS_NULL = 3; IS_NOT_NAN = 4; IS_NOT_NULL = 5; }
    Operator op = 1; FieldReference field = 2;
  }
  enum Direction { DIRECTION_UNSPECIFIED = 0; ASCENDING = 1; DESCENDING = 2; }
  message Order { FieldReference field = 1; Direction direction = 2; }
  message Projection { repeated FieldReference fields = 2; }
  message Cursor { repeated Value values = 1; bool before = 2; }
  message StructuredQuery {
    Projection select = 1; repeated CollectionSelector from = 2; Filter where = 3; repeated Order orderBy = 4;
    Cursor startAt = 7; Cursor endAt = 8; int32 offset = 6; Int32Value limit = 5; Empty findNearest = 9;
  }
  message Aggregation {
    message Count { Int64Value upTo = 1; }
    message Over { FieldReference field = 1; }
    oneof operator { Count count = 1; Over sum = 2; Over avg = 3; }
    string alias = 7;
  }
  message StructuredAggregationQuery { StructuredQuery structuredQuery = 1; repeated Aggregation aggregations = 3; }
  message AggregationResult { map<string, Value> aggregateFields = 2; }

  message GetDocumentRequest { string name = 1; DocumentMask mask = 2; bytes transaction = 3; Timestamp readTime = 5; }
  message ListDocumentsRequest {
    string parent = 1; string collectionId = 2; int32 pageSize = 3; string pageToken = 4; string orderBy = 6;
    DocumentMask mask = 7; bytes transaction = 8; Timestamp readTime = 10; bool showMissing = 12;
  }
  message ListDocumentsResponse { repeated Document documents = 1; string nextPageToken = 2; }
  message BatchGetDocumentsRequest {
    string database = 1; repeated string documents = 2; DocumentMask mask = 3; bytes transaction = 4;
    TransactionOptions newTransaction = 5; Timestamp readTime = 7;
  }
  message BatchGetDocumentsResponse {
    oneof result { Document found = 1; string missing = 2; }
    bytes transaction = 3; Timestamp readTime = 4;
  }
  message BeginTransactionRequest { string database = 1; TransactionOptions options = 2; }
  message BeginTransactionResponse { bytes transaction = 1; }
  message CommitRequest { string database = 1; repeated Write writes = 2; bytes transaction = 3; }
  message CommitResponse { repeated WriteResult writeResults = 1; Timestamp commitTime = 2; }
  message RollbackRequest { string database = 1; bytes transaction = 2; }
  message RunQueryRequest {
    string parent = 1; StructuredQuery structuredQuery = 2; bytes transaction = 5;
    TransactionOptions newTransaction = 6; Timestamp readTime = 7; Empty explainOptions = 10;
  }
  message RunQueryResponse {
    bytes transaction = 2; Document document = 1; Timestamp readTime = 3; int32 skippedResults = 4;
  }
  message RunAggregationQueryRequest {
    string parent = 1; StructuredAggregationQuery structuredAggregationQuery = 2; bytes transaction = 4;
    TransactionOptions newTransaction = 5; Timestamp readTime = 6; Empty explainOptions = 8;
  }
  message RunAggregationQueryResponse { AggregationResult result = 1; bytes transaction = 2; Timestamp readTime = 3; }
  message ListCollectionIdsRequest { string parent = 1; int32 pageSize = 2; string pageToken = 3; Timestamp readTime = 4; }
  message ListCollectionIdsResponse { repeated string collectionIds = 1; string nextPageToken = 2; }
  message BatchWriteRequest { string database = 1; repeated Write writes = 2; }
  message BatchWriteResponse { repeated WriteResult writeResults = 1; repeated Status status = 2; }

  message DocumentsTarget { repeated string documents = 2; }
  message QueryTarget { string parent = 1; StructuredQuery structuredQuery = 2; }
  message Target {
    oneof targetType { QueryTarget query = 2; DocumentsTarget documents = 3; }
    bytes resumeToken = 4; Timestamp readTime = 11; int32 targetId = 5; bool once = 6;
  }
  message ListenRequest { string database = 1; oneof change { Target addTarget = 2; int32 removeTarget = 3; } }
  message TargetChange {
    enum Type { NO_CHANGE = 0; ADD = 1; REMOVE = 2; CURRENT = 3; RESET = 4; }
    Type targetChangeType = 1; repeated int32 targetIds = 2; Status cause = 3; bytes resumeToken = 4;
    Timestamp readTime = 6;
  }
  message DocumentChange { Document document = 1; repeated int32 targetIds = 5; repeated int32 removedTargetIds = 6; }
  message DocumentDelete { string document = 1; repeated int32 removedTargetIds = 6; Timestamp readTime = 4; }
  message DocumentRemove { string document = 1; repeated int32 removedTargetIds = 2; Timestamp readTime = 4; }
  message ListenResponse {
    oneof responseType {
      TargetChange targetChange = 2; DocumentChange documentChange = 3; DocumentDelete documentDelete = 4;
      DocumentRemove documentRemove = 6;
    }
  }

  message DocumentEventData { Document value = 1; Document oldValue = 2; DocumentMask updateMask = 3; }
`;

const { root } = protobuf.parse(messages, new protobuf.Root(), { keepCase: true });

/** How messages are held: 64-bit numbers as text, bytes in base64, numbers that JSON lacks as text, nothing unset. */
const held = { longs: String, enums: String, bytes: String, json: true, oneofs: false } as const;

export interface Codec<Message> {
  encode(message: Message): Buffer;
  decode(bytes: Uint8Array): Message;
}

/** The wire form of a message by its name above. */
export function codec<Message extends object>(name: string): Codec<Message> {
  const type = root.lookupType(name);
  return {
    encode: (message) => Buffer.from(type.encode(type.fromObject(message)).finish()),
    decode: (bytes) => type.toObject(type.decode(bytes), held) as Message,
  };
}
