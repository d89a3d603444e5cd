"""A local LLM as a labeller of messages: the baseline to which triage is compared.

The model answers under a JSON schema at temperature 0, so an answer is always a set of labels.
Answers are kept by model, prompt and text: a run that was cut short goes on where it stopped. Needs
the extra `llm` and a GGUF file.
"""

import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rules.labels import labels

READ_CHARACTERS = 1000  # as much of a message as the product's classifier reads
CONTEXT_TOKENS = 4096
_NO_CATEGORY = "无"
# the answer is one JSON array in this order, since keys would double the tokens to be written
_GROUPS = {
    "kind": "kinds",
    "department": "departments",
    "category": "categories",
    "tier": "tiers",
}
GUIDE = Path(__file__).parent / "sets" / "llm_guide.txt"


@dataclass(frozen=True, slots=True)
class LlmAnswer:
    """Labels as the model gave them, in codes, and the processor seconds that it took."""

    kind: str
    department: str
    category: str | None
    tier: str
    in_scope: bool
    seconds: float


class LlmLabeller:
    """Labels of messages by one GGUF file; `cache` is the JSON-lines file that keeps answers."""

    def __init__(self, gguf: Path, cache_dir: Path, threads: int = 1) -> None:
        self._gguf, self._threads = gguf, threads
        self._server: Any = None
        self._codes = {
            field: {text: str(code) for code, text in labels(group).items()}
            for field, group in _GROUPS.items()
        }
        self._guide = GUIDE.read_text(encoding="utf-8").rstrip("\n")
        schema = json.dumps(self._schema(), ensure_ascii=False, sort_keys=True)
        prompt = hashlib.sha256(f"{gguf.name}\0{self._guide}\0{schema}".encode()).hexdigest()[:16]
        self.cache = cache_dir / f"llm-labels-{prompt}.jsonl"
        self._known = self._read_cache()

    @staticmethod
    def key(text: str) -> str:
        """What a text's answer is kept under."""
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def known(self, text: str) -> bool:
        """Whether the answer is at hand without asking the model."""
        return self.key(text) in self._known

    def label(self, text: str) -> LlmAnswer:
        """The model's labels, from the cache where it was asked before."""
        key = self.key(text)
        if key not in self._known:
            if self._server is None:
                self._server = _serve(self._gguf, self._threads)
                self._ask("在吗")  # reads the guide, which stays in the cache of the model
            started = time.process_time()
            answer = self._ask(text[:READ_CHARACTERS])
            row = {"key": key, "answer": answer, "seconds": time.process_time() - started}
            self.cache.parent.mkdir(parents=True, exist_ok=True)
            with self.cache.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
            self._known[key] = row
        return self._answer(self._known[key])

    def _answer(self, row: dict[str, Any]) -> LlmAnswer:
        *said, in_scope = row["answer"]
        codes = {
            field: self._codes[field].get(text) for field, text in zip(_GROUPS, said, strict=True)
        }
        return LlmAnswer(
            kind=str(codes["kind"]),
            department=str(codes["department"]),
            category=codes["category"],
            tier=str(codes["tier"]),
            in_scope=bool(in_scope),
            seconds=float(row["seconds"]),
        )

    def _schema(self) -> dict[str, Any]:
        items: list[dict[str, Any]] = [{"enum": list(texts)} for texts in self._codes.values()]
        items[list(_GROUPS).index("category")]["enum"].append(_NO_CATEGORY)
        return {"type": "array", "prefixItems": [*items, {"type": "boolean"}]}

    def _ask(self, text: str) -> list[Any]:
        reply = self._server.handle_chat_completions(
            {
                "messages": [
                    {"role": "system", "content": self._guide},
                    {"role": "user", "content": f"来件：\n{text}"},
                ],
                "temperature": 0,
                "max_tokens": 120,
                "cache_prompt": True,
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"schema": self._schema()},
                },
            }
        )
        if "choices" not in reply:
            raise RuntimeError(f"the model refused a message: {reply.get('error', reply)}")
        said: list[Any] = json.loads(reply["choices"][0]["message"]["content"])
        return said

    def _read_cache(self) -> dict[str, dict[str, Any]]:
        """Rows by key; a last line that was cut off by a kill is left out."""
        known = {}
        if self.cache.is_file():
            for line in self.cache.read_text(encoding="utf-8").splitlines():
                try:
                    row = json.loads(line)
                except json.JSONDecodeError:
                    continue
                known[row["key"]] = row
        return known


def _serve(gguf: Path, threads: int) -> Any:
    """One slot, no prompt cache beside it, and a key that nobody knows for the port it opens."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(gguf)
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1
    params.cache_ram_mib = 0
    params.api_keys = [secrets.token_hex(16)]
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    return xllamacpp.Server(params)
