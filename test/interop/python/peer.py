"""boto3, or one of Amazon's extended clients, behind one command a line: JSON in, JSON out.

The endpoint and the credentials are in the environment. The argument names the package. Only that one is imported: the
extended clients replace boto3's session for the whole process.
"""

import base64
import importlib.metadata
import json
import sys
import time

import boto3

CLIENT = sys.argv[1]
RECEIVE_SECONDS = 20
ENTRIES_PER_BATCH = 10


def sqs_client(command):
    if CLIENT != "amazon-sqs-extended-client":
        return boto3.client("sqs")
    from sqs_extended_client import SQSExtendedClientSession

    client = SQSExtendedClientSession().client("sqs")
    client.large_payload_support = command["bucket"]
    client.use_legacy_attribute = command["legacyAttribute"]
    client.delete_payload_from_s3 = command["deletePayload"]
    return client


def sns_client(command):
    if CLIENT != "amazon-sns-extended-client":
        return boto3.client("sns")
    from sns_extended_client import SNSExtendedClientSession

    client = SNSExtendedClientSession().client("sns")
    client.large_payload_support = command["bucket"]
    client.use_legacy_attribute = command["legacyAttribute"]
    return client


def to_aws(attributes):
    return {
        name: {"DataType": each["type"], "BinaryValue": base64.b64decode(each["value"])}
        if each["type"].startswith("Binary")
        else {"DataType": each["type"], "StringValue": each["value"]}
        for name, each in attributes.items()
    }


def from_aws(attributes):
    return {
        name: {
            "type": each["DataType"],
            "value": base64.b64encode(each["BinaryValue"]).decode()
            if "BinaryValue" in each
            else each["StringValue"],
        }
        for name, each in attributes.items()
    }


def entry(message, body_field):
    fields = {body_field: message["body"], "MessageAttributes": to_aws(message["attributes"])}
    if message.get("group") is not None:
        fields["MessageGroupId"] = message["group"]
    if message.get("deduplicationId") is not None:
        fields["MessageDeduplicationId"] = message["deduplicationId"]
    return fields


def check_batch(answer):
    if answer.get("Failed"):
        raise RuntimeError(f"failed entries: {answer['Failed']}")


def send(command):
    target, messages, batch = command["target"], command["messages"], command["batch"]
    if target.startswith("arn:"):
        client = sns_client(command)
        entries = [entry(message, "Message") for message in messages]
        if batch:
            named = [{"Id": str(index), **each} for index, each in enumerate(entries)]
            check_batch(client.publish_batch(TopicArn=target, PublishBatchRequestEntries=named))
        else:
            for each in entries:
                client.publish(TopicArn=target, **each)
    else:
        client = sqs_client(command)
        entries = [entry(message, "MessageBody") for message in messages]
        if batch:
            named = [{"Id": str(index), **each} for index, each in enumerate(entries)]
            check_batch(client.send_message_batch(QueueUrl=target, Entries=named))
        else:
            for each in entries:
                client.send_message(QueueUrl=target, **each)
    return {}


def receive(command):
    client = sqs_client(command)
    queue, count = command["queueUrl"], command["count"]
    wanted = {"MessageAttributeNames": ["All"]} if command["askForAttributes"] else {}
    received = []
    deadline = time.monotonic() + RECEIVE_SECONDS
    while len(received) < count and time.monotonic() < deadline:
        answer = client.receive_message(
            QueueUrl=queue,
            MaxNumberOfMessages=min(ENTRIES_PER_BATCH, count - len(received)),
            WaitTimeSeconds=1,
            AttributeNames=["All"],
            **wanted,
        )
        for message in answer.get("Messages", []):
            received.append(
                {
                    "body": message["Body"],
                    "attributes": from_aws(message.get("MessageAttributes", {})),
                    "group": message.get("Attributes", {}).get("MessageGroupId"),
                }
            )
            client.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return {"messages": received}


def put_object(command):
    boto3.client("s3").put_object(
        Bucket=command["bucket"], Key=command["key"], Body=command["text"].encode("utf-8")
    )
    return {}


def get_object(command):
    answer = boto3.client("s3").get_object(Bucket=command["bucket"], Key=command["key"])
    return {"text": answer["Body"].read().decode("utf-8")}


def versions(_command):
    names = ["boto3", "amazon-sqs-extended-client", "amazon-sns-extended-client"]
    python = {"Python": ".".join(str(part) for part in sys.version_info[:3])}
    return {"versions": python | {name: importlib.metadata.version(name) for name in names}}


COMMANDS = {
    "send": send,
    "receive": receive,
    "putObject": put_object,
    "getObject": get_object,
    "versions": versions,
}

for line in sys.stdin:
    request = json.loads(line)
    try:
        reply = COMMANDS[request["op"]](request)
    except Exception as error:  # Whatever it is, the other side wants to know.
        reply = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(reply), flush=True)
