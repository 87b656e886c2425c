package fanfare.interop;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The Java extended clients behind one command a line: JSON in, JSON out. Endpoint and credentials are in the environment. */
public final class Peer {
  private static final ObjectMapper JSON =
      new ObjectMapper().configure(JsonGenerator.Feature.ESCAPE_NON_ASCII, true);

  private Peer() {}

  public static void main(String[] args) throws IOException {
    var output = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (var clients = new Clients()) {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        output.println(JSON.writeValueAsString(answer(clients, JSON.readTree(line))));
      }
    }
  }

  private static ObjectNode answer(Clients clients, JsonNode command) {
    try {
      return switch (command.get("op").asText()) {
        case "send" -> send(clients, command);
        case "receive" -> receive(clients, command);
        case "versions" -> versions();
        default -> throw new IllegalArgumentException("unknown command " + command.get("op"));
      };
    } catch (Exception error) { // Whatever it is, the other side wants to know.
      return JSON.createObjectNode().put("error", error.getClass().getSimpleName() + ": " + error.getMessage());
    }
  }

  private static ObjectNode send(Clients clients, JsonNode command) {
    String target = command.get("target").asText();
    List<Message> messages = new ArrayList<>();
    command.get("messages").forEach(message -> messages.add(Message.fromJson(message)));
    var options = Options.fromJson(command);
    if (target.startsWith("arn:")) {
      Topics.publish(clients.sns(options), target, messages, options);
    } else {
      Queues.send(clients.sqs(options), target, messages, options);
    }
    return JSON.createObjectNode();
  }

  private static ObjectNode receive(Clients clients, JsonNode command) {
    var options = Options.fromJson(command);
    var answer = JSON.createObjectNode();
    ArrayNode messages = answer.putArray("messages");
    Queues.receive(clients.sqs(options), command.get("queueUrl").asText(), command.get("count").asInt())
        .forEach(message -> messages.add(message.toJson(JSON)));
    return answer;
  }

  private static ObjectNode versions() {
    var answer = JSON.createObjectNode();
    answer.putObject("versions").put("Java", System.getProperty("java.version"));
    return answer;
  }
}
