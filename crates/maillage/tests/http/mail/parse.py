"""Reads a message with Python's own parser and tells what a reader would see, as JSON."""

import email
import email.policy
import json
import sys

message = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
print(
    json.dumps(
        {
            "headers": [[name, str(value)] for name, value in message.items()],
            "type": message.get_content_type(),
            "text": message.get_body(("plain",)).get_content(),
            "html": message.get_body(("html",)).get_content(),
            "parts": [part.get_content_type() for part in message.iter_parts()],
            "defects": [str(defect) for part in message.walk() for defect in part.defects],
        }
    )
)
