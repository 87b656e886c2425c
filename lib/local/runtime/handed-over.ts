import type { HandedOver, S3HandedOver } from "../engine/index.ts";
import type { LocalServer } from "../server/index.ts";

/** A message for an endpoint that is not here. */
export interface Outside {
  readonly protocol: string;
  readonly endpoint: string;
  readonly message: string;
  /** What SNS would send: the message, or the signed notification around it. */
  readonly body: string;
}

/** Who gets what leaves the engine. */
export interface Receivers {
  /** Starts a function, without waiting for its result. */
  readonly invokeLater: (functionArn: string, event: unknown) => void;
  /** Gets the event of a bucket for EventBridge. */
  readonly putEvent: (event: object) => void;
  /** Told of a message for an e-mail address, a phone, a web address: nothing is delivered there. */
  readonly onOutside: (outside: Outside) => void;
}

/** Passes on what topics and buckets have for others than queues. Returns the function that ends this. */
export function passOn({ engine }: LocalServer, receivers: Receivers): () => void {
  const ends = [
    engine.sns.onHandOver((handedOver) => passMessage(handedOver, receivers)),
    engine.s3.onHandOver((handedOver) => passObjectEvent(handedOver, receivers)),
  ];
  return () => {
    for (const end of ends) {
      end();
    }
  };
}

function passMessage(handedOver: HandedOver, { invokeLater, onOutside }: Receivers): void {
  const { protocol, endpoint } = handedOver;
  if (!("notification" in handedOver)) {
    const { message } = handedOver;
    onOutside({ protocol, endpoint, message, body: message });
  } else if (protocol === "lambda") {
    invokeLater(endpoint, functionEvent(handedOver));
  } else {
    const { isRaw, notification } = handedOver;
    const message = notification.Message;
    const isWrapped = !isRaw && protocol !== "email" && protocol !== "sms";
    onOutside({ protocol, endpoint, message, body: isWrapped ? JSON.stringify(notification) : message });
  }
}

/** The event of a function that is subscribed to a topic. Source: Lambda Developer Guide, "Invoking Lambda functions with Amazon SNS notifications". */
function functionEvent({ notification, subscription }: Extract<HandedOver, { notification: unknown }>): object {
  const { SigningCertURL, UnsubscribeURL, Subject = null, MessageAttributes = {}, ...rest } = notification;
  return {
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: subscription.arn,
        // Lambda spells the two addresses differently than SNS does.
        Sns: { ...rest, Subject, MessageAttributes, SigningCertUrl: SigningCertURL, UnsubscribeUrl: UnsubscribeURL },
      },
    ],
  };
}

function passObjectEvent(handedOver: S3HandedOver, { invokeLater, putEvent }: Receivers): void {
  if (handedOver.service === "lambda") {
    invokeLater(handedOver.functionArn, handedOver.event);
  } else {
    putEvent(handedOver.event);
  }
}
