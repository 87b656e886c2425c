package fanfare.interop;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sns.model.PublishBatchRequestEntry;

final class Topics {
  private Topics() {}

  static void publish(SnsClient sns, String topicArn, List<Message> messages, Options options) {
    if (options.batch()) {
      publishTogether(sns, topicArn, messages);
      return;
    }
    for (Message message : messages) {
      sns.publish(
          request ->
              request
                  .topicArn(topicArn)
                  .message(message.body())
                  .messageAttributes(toAws(message))
                  .messageGroupId(message.group())
                  .messageDeduplicationId(message.deduplicationId()));
    }
  }

  private static void publishTogether(SnsClient sns, String topicArn, List<Message> messages) {
    List<PublishBatchRequestEntry> entries = new ArrayList<>();
    for (Message message : messages) {
      entries.add(
          PublishBatchRequestEntry.builder()
              .id(String.valueOf(entries.size()))
              .message(message.body())
              .messageAttributes(toAws(message))
              .messageGroupId(message.group())
              .messageDeduplicationId(message.deduplicationId())
              .build());
    }
    var answer = sns.publishBatch(request -> request.topicArn(topicArn).publishBatchRequestEntries(entries));
    if (answer.hasFailed() && !answer.failed().isEmpty()) {
      throw new IllegalStateException("failed entries: " + answer.failed());
    }
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
}
