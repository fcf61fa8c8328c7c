"""The streaming guide's client with Requests: ``python with_requests.py BASE_URL MODEL PROMPT``."""

import json
import sys

import requests

base_url, model, prompt = sys.argv[1:]
response = requests.post(
    f"{base_url}/chat/completions",
    headers={"Authorization": "Bearer sk-client-test"},
    json={"model": model, "messages": [{"role": "user", "content": prompt}], "stream": True},
    stream=True,
    timeout=30,
)
response.raise_for_status()
for line in response.iter_lines():
    if line.startswith(b"data: ") and line != b"data: [DONE]":
        choices = json.loads(line[6:])["choices"]
        if choices and (content := choices[0]["delta"].get("content")):
            sys.stdout.buffer.write(content.encode())
