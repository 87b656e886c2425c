package fanfare.interop;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

final class Queues {
  private static final Duration RECEIVE = Duration.ofSeconds(20);
  private static final int MESSAGES_PER_RECEIVE = 10;

  private Queues() {}

  static void send(SqsClient sqs, String queueUrl, List<Message> messages, Options options) {
    if (options.batch()) {
      sendTogether(sqs, queueUrl, messages);
      return;
    }
    for (Message message : messages) {
      sqs.sendMessage(
          request ->
              request
                  .queueUrl(queueUrl)
                  .messageBody(message.body())
                  .messageAttributes(toAws(message))
                  .messageGroupId(message.group())
                  .messageDeduplicationId(message.deduplicationId()));
    }
  }

  private static void sendTogether(SqsClient sqs, String queueUrl, List<Message> messages) {
    List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
    for (Message message : messages) {
      entries.add(
          SendMessageBatchRequestEntry.builder()
              .id(String.valueOf(entries.size()))
              .messageBody(message.body())
              .messageAttributes(toAws(message))
              .messageGroupId(message.group())
              .messageDeduplicationId(message.deduplicationId())
              .build());
    }
    var answer = sqs.sendMessageBatch(request -> request.queueUrl(queueUrl).entries(entries));
    if (answer.hasFailed() && !answer.failed().isEmpty()) {
      throw new IllegalStateException("failed entries: " + answer.failed());
    }
  }

  static List<Message> receive(SqsClient sqs, String queueUrl, int count) {
    List<Message> received = new ArrayList<>();
    Instant deadline = Instant.now().plus(RECEIVE);
    while (received.size() < count && Instant.now().isBefore(deadline)) {
      int wanted = Math.min(MESSAGES_PER_RECEIVE, count - received.size());
      var answer =
          sqs.receiveMessage(
              request ->
                  request
                      .queueUrl(queueUrl)
                      .maxNumberOfMessages(wanted)
                      .waitTimeSeconds(1)
                      .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                      .messageAttributeNames("All"));
      for (var message : answer.messages()) {
        String group = message.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID);
        received.add(new Message(message.body(), fromAws(message.messageAttributes()), group, null));
        sqs.deleteMessage(request -> request.queueUrl(queueUrl).receiptHandle(message.receiptHandle()));
      }
    }
    return received;
  }

  private static Map<String, MessageAttributeValue> toAws(Message message) {
    Map<String, MessageAttributeValue> attributes = new LinkedHashMap<>();
    message
        .attributes()
        .forEach(
            (name, each) -> {
              var value = MessageAttributeValue.builder().dataType(each.type());
              if (each.isBinary()) {
                value.binaryValue(SdkBytes.fromByteArray(Base64.getDecoder().decode(each.value())));
              } else {
                value.stringValue(each.value());
              }
              attributes.put(name, value.build());
            });
    return attributes;
  }

  private static Map<String, Message.Attribute> fromAws(Map<String, MessageAttributeValue> attributes) {
    Map<String, Message.Attribute> named = new LinkedHashMap<>();
    attributes.forEach(
        (name, value) ->
            named.put(
                name,
                new Message.Attribute(
                    value.dataType(),
                    value.binaryValue() == null
                        ? value.stringValue()
                        : Base64.getEncoder().encodeToString(value.binaryValue().asByteArray()))));
    return named;
  }
}
