package fanfare.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** A message as it is sent, or as the client hands it to its user. Binary attribute values are base64. */
record Message(String body, Map<String, Attribute> attributes, String group, String deduplicationId) {
  record Attribute(String type, String value) {
    boolean isBinary() {
      return type.startsWith("Binary");
    }
  }

  static Message fromJson(JsonNode json) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    json.get("attributes")
        .fields()
        .forEachRemaining(
            field ->
                attributes.put(
                    field.getKey(),
                    new Attribute(field.getValue().get("type").asText(), field.getValue().get("value").asText())));
    return new Message(
        json.get("body").asText(), attributes, textOrNull(json, "group"), textOrNull(json, "deduplicationId"));
  }

  ObjectNode toJson(ObjectMapper mapper) {
    ObjectNode json = mapper.createObjectNode().put("body", body).put("group", group);
    ObjectNode named = json.putObject("attributes");
    attributes.forEach((name, each) -> named.putObject(name).put("type", each.type()).put("value", each.value()));
    return json;
  }

  private static String textOrNull(JsonNode json, String field) {
    return json.hasNonNull(field) ? json.get(field).asText() : null;
  }
}
