package fanfare.interop;

import com.fasterxml.jackson.databind.JsonNode;

/** How the clients are set up for one command. */
record Options(String bucket, boolean legacyAttribute, boolean deletePayload, String keyPrefix, boolean batch) {
  static Options fromJson(JsonNode command) {
    return new Options(
        command.get("bucket").asText(),
        command.get("legacyAttribute").asBoolean(),
        command.get("deletePayload").asBoolean(),
        command.get("keyPrefix").asText(),
        command.get("batch").asBoolean());
  }
}
