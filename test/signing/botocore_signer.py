"""Signs the requests on standard input with botocore, for main.ts. Ends with an error where botocore is not installed."""

import datetime
import json
import sys

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

signatures = []
for each in json.load(sys.stdin):
    time = datetime.datetime.fromtimestamp(each["time"] / 1000, datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True, time=time: time.replace(tzinfo=None)
    keys = Credentials(each["accessKeyId"], each["secretAccessKey"], each.get("sessionToken"))
    url = "https://" + each["headers"]["host"] + each["path"]
    request = AWSRequest("POST", url, each["headers"], each["body"])
    botocore.auth.SigV4Auth(keys, each["service"], each["region"]).add_auth(request)
    signatures.append(request.headers["Authorization"])
json.dump(signatures, sys.stdout)
