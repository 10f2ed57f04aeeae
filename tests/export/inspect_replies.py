"""Run ``inspect_ai.eval`` with the mock model, whose replies are given: TASK REPLIES LOGS FORMAT ARGS.

It runs in the Python that has inspect_ai. The replies say what they used: else the mock model counts tokens
with a table that it would download.
"""

import json
import sys
from pathlib import Path

from inspect_ai import eval as inspect_eval
from inspect_ai.model import ModelOutput, ModelUsage, get_model

task, replies, logs, form, arguments = sys.argv[1:]
known = json.loads(Path(replies).read_text(encoding="utf-8"))


def reply(messages, tools, tool_choice, config):
    output = ModelOutput.from_content(model="mockllm", content=known[messages[-1].text])
    output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
    return output


(log,) = inspect_eval(
    task,
    model=get_model("mockllm/model", custom_outputs=reply),
    log_dir=logs,
    log_format=form,
    task_args=json.loads(arguments),
    display="none",
)
assert log.status == "success", log.error
print(json.dumps({name: value.value for name, value in log.results.scores[0].metrics.items()}))
