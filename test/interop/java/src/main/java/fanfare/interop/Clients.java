package fanfare.interop;

import com.amazon.sqs.javamessaging.AmazonSQSExtendedClient;
import com.amazon.sqs.javamessaging.ExtendedClientConfiguration;
import java.net.URI;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.sns.AmazonSNSExtendedClient;
import software.amazon.sns.SNSExtendedClientConfiguration;

/** The SDK's clients, made once, and the extended clients around them. */
final class Clients implements AutoCloseable {
  private final S3Client s3;
  private final SqsClient sqs;
  private final SnsClient sns;

  Clients() {
    var endpoint = URI.create(System.getenv("AWS_ENDPOINT_URL"));
    s3 = S3Client.builder().endpointOverride(endpoint).forcePathStyle(true).build();
    sqs = SqsClient.builder().endpointOverride(endpoint).build();
    sns = SnsClient.builder().endpointOverride(endpoint).build();
  }

  SqsClient sqs(Options options) {
    var configuration =
        new ExtendedClientConfiguration().withPayloadSupportEnabled(s3, options.bucket(), options.deletePayload());
    if (!options.keyPrefix().isEmpty()) {
      configuration = configuration.withS3KeyPrefix(options.keyPrefix());
    }
    // The older attribute is what this client sends unless it is told otherwise.
    if (!options.legacyAttribute()) {
      configuration = configuration.withLegacyReservedAttributeNameDisabled();
    }
    return new AmazonSQSExtendedClient(sqs, configuration);
  }

  SnsClient sns(Options options) {
    return new AmazonSNSExtendedClient(
        sns, new SNSExtendedClientConfiguration().withPayloadSupportEnabled(s3, options.bucket()));
  }

  @Override
  public void close() {
    sns.close();
    sqs.close();
    s3.close();
  }
}
